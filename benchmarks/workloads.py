"""Prefixes that the claims measure; they use only what beat.core 1.13.5 and this project have in common."""

from __future__ import annotations

import json
import sys
from pathlib import Path

USER = "bench"

_FORMATS = {
    "record": {"id": "int32", "score": "float64", "label": "string"},
    "array": {"value": [0, "float64"]},
    "number": {"value": "int64"},
}

_VIEW = """
from collections import namedtuple
import numpy
from beat.backend.python.database import View

class Records(View):
    def index(self, root_folder, parameters):
        Entry = namedtuple("Entry", ["record"])
        return [Entry(i) for i in range(parameters["count"])]

    def get(self, output, index):
        i = self.objs[index].record
        return {"id": numpy.int32(i), "score": numpy.float64(i) / 3, "label": "unit %d" % i}

class Arrays(View):
    def index(self, root_folder, parameters):
        Entry = namedtuple("Entry", ["array"])
        self.size = parameters["size"]
        return [Entry(i) for i in range(parameters["count"])]

    def setup(self, root_folder, parameters, objs, start_index=None, end_index=None):
        super().setup(root_folder, parameters, objs, start_index, end_index)
        self.base = numpy.arange(parameters["size"], dtype="float64")

    def get(self, output, index):
        return {"value": self.base}
"""

_PASS = """
class Algorithm:
    def process(self, inputs, data_loaders, outputs):
        outputs["y"].write(inputs["x"].data)
        return True
"""

_PASS_RECORD = """
class Algorithm:
    def process(self, inputs, data_loaders, outputs):
        data = inputs["x"].data
        outputs["y"].write({"id": data.id, "score": data.score, "label": data.label})
        return True
"""

_COUNT = """
import numpy

class Algorithm:
    def __init__(self):
        self.count = 0

    def process(self, inputs, data_loaders, output):
        self.count += 1
        if not inputs.hasMoreData():
            output.write({"count": numpy.int32(self.count)})
        return True
"""


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2), encoding="utf-8")


def _formats(prefix: Path) -> None:
    for name, declaration in _FORMATS.items():
        _write(prefix / "dataformats" / USER / name / "1.json", declaration)


def _algorithm(prefix: Path, name: str, kind: str, code: str, analyzer: bool = False) -> str:
    group: dict[str, object] = {"inputs": {"x": {"type": f"{USER}/{kind}/1"}}}
    declaration: dict[str, object] = {
        "schema_version": 2,
        "language": "python",
        "api_version": 2,
        "type": "sequential",
        "groups": [group],
    }
    if analyzer:
        declaration["results"] = {"count": {"type": "int32", "display": True}}
    else:
        declaration["splittable"] = False
        group["outputs"] = {"y": {"type": f"{USER}/{kind}/1"}}
    stem = prefix / "algorithms" / USER / name
    _write(stem / "1.json", declaration)
    _write(stem / "1.py", code)
    return f"{USER}/{name}/1"


def _database(prefix: Path, view: str, kind: str, output: str, parameters: dict[str, int]) -> None:
    outputs = {output: f"{USER}/{kind}/1"}
    sets = [{"name": "all", "template": "all", "view": view, "outputs": outputs, "parameters": parameters}]
    protocols = [{"name": "main", "template": "main", "sets": sets}]
    _write(prefix / "databases" / "bench" / "1.json", {"root_folder": "/nowhere", "protocols": protocols})
    _write(prefix / "databases" / "bench" / "1.py", _VIEW)


def chain(prefix: Path, kind: str, count: int, blocks: int, size: int = 0) -> str:
    """Write a chain of blocks that pass their data on, closed by an analyzer; give the experiment's label.

    Parameters
    ----------
    kind
        ``record`` (int32, float64 and a short text) or ``array`` (`size` float64 values).
    count
        Data units.
    blocks
        Blocks before the analyzer.
    """
    _formats(prefix)
    parameters = {"count": count, "size": size} if size else {"count": count}
    _database(prefix, "Arrays" if kind == "array" else "Records", kind, kind, parameters)
    step = _algorithm(prefix, f"pass-{kind}", kind, _PASS if kind == "array" else _PASS_RECORD)
    final = _algorithm(prefix, f"count-{kind}", kind, _COUNT, analyzer=True)
    names = [f"b{i}" for i in range(blocks)]
    ends = [f"data.{kind}", *(f"{name}.out" for name in names)]
    starts = [*(f"{name}.in" for name in names), "final.in"]
    toolchain = {
        "datasets": [{"name": "data", "outputs": [kind]}],
        "blocks": [
            {"name": name, "synchronized_channel": "data", "inputs": ["in"], "outputs": ["out"]} for name in names
        ],
        "analyzers": [{"name": "final", "synchronized_channel": "data", "inputs": ["in"]}],
        "connections": [{"from": end, "to": start, "channel": "data"} for end, start in zip(ends, starts, strict=True)],
        "representation": {"connections": {}, "blocks": {}, "channel_colors": {}},
    }
    _write(prefix / "toolchains" / USER / "chain" / "1.json", toolchain)
    experiment = {
        "datasets": {"data": {"database": "bench/1", "protocol": "main", "set": "all"}},
        "blocks": {name: {"algorithm": step, "inputs": {"x": "in"}, "outputs": {"y": "out"}} for name in names},
        "analyzers": {"final": {"algorithm": final, "inputs": {"x": "in"}}},
        "globals": {"queue": "q", "environment": {"name": "e", "version": "1"}},
    }
    _write(prefix / "experiments" / USER / USER / "chain" / "1" / "run.json", experiment)
    return f"{USER}/{USER}/chain/1/run"


def objects(prefix: Path, count: int) -> dict[str, list[str]]:
    """Write `count` objects, a fifth each of data formats, libraries, algorithms, toolchains and experiments."""
    _formats(prefix)
    _database(prefix, "Records", "record", "record", {"count": 4})
    each = count // 5
    names: dict[str, list[str]] = {
        kind: [] for kind in ("dataformat", "library", "algorithm", "toolchain", "experiment")
    }
    for i in range(each):
        nested = {"values": [0, "float64"], "record": f"{USER}/record/1", "point": {"x": "int32", "y": "int32"}}
        _write(prefix / "dataformats" / USER / f"format{i}" / "1.json", nested)
        library = {"language": "python", "uses": {"other": f"{USER}/library{i - 1}/1"} if i % 4 else {}}
        _write(prefix / "libraries" / USER / f"library{i}" / "1.json", library)
        _write(prefix / "libraries" / USER / f"library{i}" / "1.py", "VALUE = 1\n")
        names["dataformat"].append(f"{USER}/format{i}/1")
        names["library"].append(f"{USER}/library{i}/1")
        names["algorithm"].append(_algorithm(prefix, f"algorithm{i}", "record", _PASS_RECORD))
    label = chain(prefix, "record", 4, 4)
    toolchain = (prefix / "toolchains" / USER / "chain" / "1.json").read_text(encoding="utf-8")
    experiment = json.loads((prefix / "experiments" / f"{label}.json").read_text(encoding="utf-8"))
    for i in range(each):
        _write(prefix / "toolchains" / USER / f"chain{i}" / "1.json", toolchain)
        for block in experiment["blocks"].values():
            block["algorithm"] = names["algorithm"][i]
        _write(prefix / "experiments" / USER / USER / f"chain{i}" / "1" / "run.json", experiment)
        names["toolchain"].append(f"{USER}/chain{i}/1")
        names["experiment"].append(f"{USER}/{USER}/chain{i}/1/run")
    return names


def run_experiment(prefix: Path, cache: Path, label: str) -> dict[str, object]:
    """Run an experiment as the callers of beat.core 1.13.5 do, and give the result of its last analyzer."""
    from beat.core.data import CachedDataSource
    from beat.core.execution import LocalExecutor
    from beat.core.experiment import Experiment
    from beat.core.hash import hashDataset, toPath

    caches: tuple[dict[str, object], ...] = ({}, {}, {}, {})
    experiment = Experiment(str(prefix), label, *caches)
    assert experiment.valid, experiment.errors
    cache.mkdir(exist_ok=True)
    for dataset in experiment.datasets.values():
        digest = hashDataset(dataset["database"].name, dataset["protocol"], dataset["set"])
        path = cache / toPath(digest, ".db")
        if not path.exists():
            dataset["database"].view(dataset["protocol"], dataset["set"]).index(str(path))
    result: dict[str, object] = {}
    for item in experiment.setup().values():
        executor = LocalExecutor(str(prefix), item["configuration"], str(cache), *caches)
        assert executor.valid, executor.errors
        with executor:
            if not executor.outputs_exist:
                outcome = executor.process()
                assert outcome["status"] == 0, outcome
        if executor.analysis:
            source = CachedDataSource()
            assert source.setup(str(cache / (item["configuration"]["result"]["path"] + ".data")), str(prefix))
            result = {
                name: getattr(value, "tolist", lambda value=value: value)()
                for name, value in source[0][0].as_dict().items()
            }
    return result


def report(figures: dict[str, float], check: object) -> None:
    """Print what a claim measured, and what shows that it did the same work."""
    json.dump({"figures": figures, "check": check}, sys.stdout)
