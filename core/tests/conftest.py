"""A small prefix, written by tests that need one whose code they can change."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from beat.core.experiment import Experiment

DOUBLE = """
class Algorithm:
    def process(self, inputs, data_loaders, outputs):
        outputs["out"].write({"value": 2 * inputs["in"].data.value})
        return True
"""

SUM = """
import numpy

class Algorithm:
    def __init__(self):
        self.values = []

    def process(self, inputs, data_loaders, output):
        self.values.append(int(inputs["in"].data.value))
        if not inputs.hasMoreData():
            output.write({"total": numpy.int32(sum(self.values)), "curve": {"y": self.values}})
        return True
"""

VIEW = """
from collections import namedtuple
from beat.backend.python.database import View

class Numbers(View):
    def index(self, root_folder, parameters):
        Entry = namedtuple("Entry", ["value"])
        return [Entry(k) for k in range(parameters["count"])]

    def get(self, output, index):
        return {"value": self.objs[index].value}
"""

PLOTTER = """
class Plotter:
    content_type = "text/plain"

    def setup(self, parameters):
        self.mark = str(parameters["mark"])
        return True

    def process(self, inputs):
        return "".join("%s %s%s" % (label, self.mark, data.y.tolist()) for label, data in inputs)
"""


class Lab:
    """A prefix with one database, the chain ``source -> work -> more -> end`` and one plotter.

    ``lab/double/1`` is the algorithm of the blocks `work` and, by way of ``lab/again/1`` with the same code, `more`;
    ``lab/sum/1`` the one of the analyzer `end`. The dataset has the numbers 0 to 4.
    """

    label = "lab/lab/line/1/main"

    def __init__(self, root: Path) -> None:
        self.prefix = root / "prefix"
        self.cache = root / "cache"
        self.logs = root / "logs"
        self.write("dataformats/lab/number/1", {"value": "int64"})
        self.write("dataformats/plot/curve/1", {"y": [0, "float64"]})
        sets = [{"name": "all", "view": "Numbers", "parameters": {"count": 5}, "outputs": {"value": "lab/number/1"}}]
        database = {"root_folder": "/nowhere/numbers", "protocols": [{"name": "p", "template": "t", "sets": sets}]}
        self.write("databases/numbers/1", database, VIEW)
        for name in ("double", "again"):
            self.algorithm(name, DOUBLE)
        results = {"total": {"type": "int32"}, "curve": {"type": "plot/curve/1"}}
        self.algorithm("sum", SUM, outputs={}, splittable=None, results=results)
        self.write("toolchains/lab/line/1", _toolchain())
        self.write(f"experiments/{self.label}", _experiment())
        mark = {"type": "string", "default": "#"}
        plotter = {"language": "python", "dataformat": "plot/curve/1", "parameters": {"mark": mark}}
        self.write("plotters/lab/print/1", plotter, PLOTTER)

    def write(self, path: str, declaration: Any, code: str | None = None) -> None:
        file = self.prefix / f"{path}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(declaration))
        if code is not None:
            file.with_suffix(".py").write_text(dedent(code))

    def algorithm(
        self, name: str, code: str, *, outputs: dict[str, str] | None = None, type: str = "sequential", **further: Any
    ) -> None:
        """Write ``lab/<name>/1`` with the input `in`; `further` are more keys, ``None`` leaves one out."""
        made = {"out": "lab/number/1"} if outputs is None else outputs
        group: dict[str, Any] = {"inputs": {"in": {"type": "lab/number/1"}}}
        if made:
            group["outputs"] = {key: {"type": value} for key, value in made.items()}
        declaration = {
            "schema_version": 2,
            "api_version": 2,
            "type": type,
            "language": "python",
            "splittable": False,
            "groups": [group],
            **further,
        }
        self.write(f"algorithms/lab/{name}/1", {k: v for k, v in declaration.items() if v is not None}, code)

    def experiment(self) -> Experiment:
        experiment = Experiment(str(self.prefix), self.label)
        assert experiment.errors == []
        return experiment

    def configuration(self, block: str) -> dict[str, Any]:
        return self.experiment().setup()[block]["configuration"]

    def indexed(self) -> Path:
        """Make the cache with the index of the database."""
        path = self.cache / self.configuration("work")["inputs"]["in"]["path"]
        self.experiment().databases["numbers/1"].view("p", "all").index(str(path))
        return self.cache

    def files(self) -> dict[str, bytes]:
        """Give all files of the cache."""
        return {
            str(path.relative_to(self.cache)): path.read_bytes() for path in self.cache.rglob("*") if path.is_file()
        }


def _toolchain() -> dict[str, Any]:
    def block(name: str, **ends: Any) -> dict[str, Any]:
        return {"name": name, "synchronized_channel": "source", "inputs": ["in"], **ends}

    edges = [("source.value", "work.in"), ("work.out", "more.in"), ("more.out", "end.in")]
    return {
        "datasets": [{"name": "source", "outputs": ["value"]}],
        "blocks": [block("work", outputs=["out"]), block("more", outputs=["out"])],
        "analyzers": [block("end")],
        "connections": [{"from": a, "to": b, "channel": "source"} for a, b in edges],
        "representation": {
            "connections": {f"{a}/{b}": [] for a, b in edges},
            "blocks": {
                name: {"col": 8 * k, "row": 0, "width": 6, "height": 3}
                for k, name in enumerate(["source", "work", "more", "end"])
            },
            "channel_colors": {"source": "#3a7d44"},
        },
    }


def _experiment() -> dict[str, Any]:
    return {
        "datasets": {"source": {"database": "numbers/1", "protocol": "p", "set": "all"}},
        "blocks": {
            "work": {"algorithm": "lab/double/1", "inputs": {"in": "in"}, "outputs": {"out": "out"}},
            "more": {"algorithm": "lab/again/1", "inputs": {"in": "in"}, "outputs": {"out": "out"}},
        },
        "analyzers": {"end": {"algorithm": "lab/sum/1", "inputs": {"in": "in"}}},
        "globals": {"queue": "queue", "environment": {"name": "Python", "version": "1"}},
    }


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A prefix to play with."""
    return Lab(tmp_path)
