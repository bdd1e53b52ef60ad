"""Importing the experiment class, in a process that has numpy already, and in a new one."""

import subprocess
import sys
import time
from pathlib import Path

from workloads import report

TARGET = {"import beat.core.experiment": 2.3}


def main(folder: Path) -> None:
    command = [sys.executable, "-c", "import beat.core.experiment, beat.core.execution, beat.core.data"]
    subprocess.run(command, check=True)
    start = time.perf_counter()
    subprocess.run(command, check=True)
    report({"import beat.core.experiment": time.perf_counter() - start}, "imported")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
