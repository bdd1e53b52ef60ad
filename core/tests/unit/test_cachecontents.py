import shutil
from pathlib import Path

import pytest

from beat.core.cachecontents import Unit, entries, entry

_SPLIT = "47/b7/2e/a4ae389efcd799968dee6d3b7d2abb2e061396a50c986a6aa2bbe9fc1a"


def test_every_entry_of_a_cache_is_found_and_read(golden_expected: Path) -> None:
    cache = golden_expected / "cache"
    paths = entries(cache)
    assert paths == sorted({str(file.relative_to(cache)).split(".")[0] for file in cache.glob("*/*/*/*.data")})
    assert all(entry(cache, path).units for path in paths)


def test_an_entry_of_several_files_is_one(golden_expected: Path) -> None:
    cache = golden_expected / "cache_splits" / "orla" / "orla" / "splitter" / "1" / "defaults" / "middle"
    assert entries(cache) == [_SPLIT]
    found = entry(cache, _SPLIT)
    assert [unit.start for unit in found.units] == list(range(len(found.units)))
    assert entry(cache, _SPLIT, 1, 1).units == (found.units[1],)


def test_a_damaged_file_is_named(golden_expected: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(golden_expected / "cache", cache)
    path = entries(cache)[0]
    file = next(cache.glob(f"{path}.*.data"))
    content = bytearray(file.read_bytes())
    content[-2] ^= 1
    file.write_bytes(content)
    with pytest.raises(OSError, match=file.name):
        entry(cache, path)


def test_an_absent_entry_is_an_error(tmp_path: Path) -> None:
    assert entries(tmp_path) == []
    with pytest.raises(FileNotFoundError, match="no entry"):
        entry(tmp_path, "aa/bb/cc/dd")


def test_sizes_leave_out_the_line_feed(golden_expected: Path) -> None:
    cache = golden_expected / "cache"
    word = next(entry(cache, path) for path in entries(cache) if entry(cache, path).format_name == "orla/level/1")
    assert word.units[0] == Unit(0, 0, 8)
