"""Arrays of 1 MiB through two blocks and an analyzer, first run."""

import sys
import time
from pathlib import Path

from workloads import chain, report, run_experiment

TARGET = {"128 x 1 MiB x 2 blocks": 3.0}


def main(folder: Path) -> None:
    label = chain(folder / "prefix", "array", 128, 2, size=131072)
    start = time.perf_counter()
    check = run_experiment(folder / "prefix", folder / "cache", label)
    report({"128 x 1 MiB x 2 blocks": time.perf_counter() - start}, check)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
