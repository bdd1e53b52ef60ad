"""Measure the claims against beat.core 1.13.5, in pairs: original, ours, original, ours, ...

The machine's speed may drift and other programs may run, so only ratios within a pair count; the median over the pairs
is shown with its extremes. A run of all claims also writes the page of the documentation.

The original runs in an environment of its own, which is made on first use: it needs Python 3.11 (it uses modules that
Python 3.12 dropped) and old releases of setuptools, jsonschema and numpy.

Usage: python benchmarks/run.py [CLAIM]... [--pairs N]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
ORIGINAL = ROOT / ".venv-original"
PAGE = ROOT / "docs" / "benchmarks.md"
INTRODUCTION = """# Benchmarks

Written by `make bench`, which runs each claim of `benchmarks/claims` with beat.core 1.13.5 (in an environment of its
own) and with this project in turn, checks that both did the same work, and compares the times within each pair:
the median of the ratios, with the lowest and the highest one. The targets are what the project is after; not all of
them are reached.

"""


def original_python() -> str:
    """Give the Python of the original's environment, made if it does not exist."""
    python = ORIGINAL / "bin" / "python"
    if not (ORIGINAL / ".ready").exists():
        if sys.version_info[:2] > (3, 11):
            raise SystemExit("beat.core 1.13.5 needs Python 3.11: run `make bench PYTHON=python3.11` in a new clone")
        print("installing beat.core 1.13.5 for comparison ...", file=sys.stderr)
        venv.create(ORIGINAL, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, "setuptools==79.0.1", "wheel", "numpy==1.23.5", "jsonschema==3.2.0"], check=True)
        subprocess.run([*pip, "--no-build-isolation", "beat.core==1.13.5", "beat.backend.python==1.7.15"], check=True)
        (ORIGINAL / ".ready").touch()
    return str(python)


def measure(python: str, claim: Path) -> dict[str, Any]:
    """Run one claim once, in a folder of its own."""
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody compiles modules at each start
    with tempfile.TemporaryDirectory(prefix="beat_bench_") as folder:
        done = subprocess.run([python, str(claim), folder], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{claim.name} failed with {python}:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def compare(claim: Path, pairs: int) -> list[dict[str, Any]]:
    """Measure one claim in pairs and give a row for each of its figures.

    Raises
    ------
    SystemExit
        When the two did not do the same work.
    """
    spec = importlib.util.spec_from_file_location(claim.stem, claim)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ratios: dict[str, list[float]] = {name: [] for name in module.TARGET}
    for _ in range(pairs):
        theirs, mine = measure(original_python(), claim), measure(sys.executable, claim)
        if theirs["check"] != mine["check"]:
            raise SystemExit(f"{claim.name}: results differ: {theirs['check']} and {mine['check']}")
        for name in ratios:
            ratios[name].append(theirs["figures"][name] / mine["figures"][name])
    return [
        {
            "what": name,
            "ratio": statistics.median(found),
            "low": min(found),
            "high": max(found),
            "target": module.TARGET[name],
        }
        for name, found in ratios.items()
    ]


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("claims", nargs="*", help="names of files in benchmarks/claims, all if none")
    parser.add_argument("--pairs", type=int, default=3)
    arguments = parser.parse_args()
    claims = sorted((HERE / "claims").glob("*.py"))
    if arguments.claims:
        claims = [claim for claim in claims if claim.stem in arguments.claims]
    sys.path.insert(0, str(HERE))
    lines = [
        "| what | times faster than beat.core 1.13.5 | lowest and highest pair | target |",
        "|---|---|---|---|",
    ]
    print("\n".join(lines))
    for claim in claims:
        for row in compare(claim, arguments.pairs):
            spread = f"{row['low']:.1f} to {row['high']:.1f}"
            lines.append(f"| {row['what']} | {row['ratio']:.1f} | {spread} | {row['target']:g} |")
            print(lines[-1], flush=True)
    if not arguments.claims:
        PAGE.write_text(INTRODUCTION + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
