"""A chain of 128 blocks with one data unit: what a block costs by itself, first run and cached run."""

import sys
import time
from pathlib import Path

from workloads import chain, report, run_experiment

TARGET = {"128 trivial blocks": 6.0, "the same, cached": 20.0}


def main(folder: Path) -> None:
    label = chain(folder / "prefix", "record", 1, 128)
    figures = {}
    for name in TARGET:
        start = time.perf_counter()
        check = run_experiment(folder / "prefix", folder / "cache", label)
        figures[name] = time.perf_counter() - start
    report(figures, check)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
