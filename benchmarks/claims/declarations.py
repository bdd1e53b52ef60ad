"""Loading and validating a prefix of 1000 objects, one experiment alone, and the configuration of its blocks."""

import sys
import time
from pathlib import Path

from workloads import chain, objects, report

TARGET = {"1000 objects": 30.0, "one experiment": 15.0, "setup() of 512 blocks": 10.0}


def main(folder: Path) -> None:
    from beat.core.algorithm import Algorithm
    from beat.core.dataformat import DataFormat
    from beat.core.experiment import Experiment
    from beat.core.library import Library
    from beat.core.toolchain import Toolchain

    kinds = {
        "dataformat": lambda name: DataFormat(prefix, name, dataformat_cache=formats),
        "library": lambda name: Library(prefix, name, libraries),
        "algorithm": lambda name: Algorithm(prefix, name, formats, libraries),
        "toolchain": lambda name: Toolchain(prefix, name),
        "experiment": lambda name: Experiment(prefix, name, formats, databases, algorithms, libraries),
    }
    prefix = str(folder / "prefix")
    names = objects(folder / "prefix", 1000)
    formats, databases, algorithms, libraries = {}, {}, {}, {}
    figures = {}

    start = time.perf_counter()
    loaded = [kinds[kind](name) for kind in kinds for name in names[kind]]
    figures["1000 objects"] = time.perf_counter() - start
    assert all(item.valid for item in loaded), [item.errors for item in loaded if not item.valid][:3]

    start = time.perf_counter()
    for _ in range(10):
        experiment = Experiment(prefix, names["experiment"][0])
    figures["one experiment"] = (time.perf_counter() - start) / 10

    experiment = Experiment(str(folder / "long"), chain(folder / "long", "record", 1, 512))
    start = time.perf_counter()
    configurations = experiment.setup()
    figures["setup() of 512 blocks"] = time.perf_counter() - start
    report(figures, [len(loaded), configurations["final"]["configuration"]["result"]["hash"]])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
