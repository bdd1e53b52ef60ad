# Fails when a module is longer than the bound: split by idea, not by size.
FNR > bound && !(FILENAME in long) { long[FILENAME] = 1 }
END {
    for (name in long) {
        print name ": more than " bound " lines" > "/dev/stderr"
        failed = 1
    }
    exit failed
}
