"""Small records through three blocks and an analyzer, first run."""

import sys
import time
from pathlib import Path

from workloads import chain, report, run_experiment

TARGET = {"16000 records x 4 blocks": 10.0}


def main(folder: Path) -> None:
    label = chain(folder / "prefix", "record", 16000, 3)
    start = time.perf_counter()
    check = run_experiment(folder / "prefix", folder / "cache", label)
    report({"16000 records x 4 blocks": time.perf_counter() - start}, check)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
