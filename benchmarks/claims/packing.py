"""Packing, unpacking and building single values."""

import hashlib
import sys
import time
from pathlib import Path

import numpy
from workloads import report

TARGET = {
    "record: from_dict": 8.0,
    "record: pack": 8.0,
    "record: unpack": 8.0,
    "1000 strings: pack": 5.0,
    "1000 strings: unpack": 5.0,
    "100 nested records: from_dict": 10.0,
    "100 nested records: unpack": 10.0,
}

FORMATS = {
    "record": {"id": "int32", "score": "float64", "label": "string"},
    "1000 strings": {"names": [0, "string"]},
    "100 nested records": {"items": [0, {"id": "int32", "score": "float64", "label": "string"}]},
}


def _best(action, repeat: int) -> float:
    """Give the best of several timings of one call, seconds."""
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(repeat):
            action()
        best = min(best, (time.perf_counter() - start) / repeat)
    return best


def main(folder: Path) -> None:
    from beat.core.dataformat import DataFormat

    record = {"id": numpy.int32(7), "score": numpy.float64(0.5), "label": "a short text"}
    values = {
        "record": record,
        "1000 strings": {"names": [f"name {i}" for i in range(1000)]},
        "100 nested records": {"items": [record] * 100},
    }
    figures = {}
    check = []
    for name, declaration in FORMATS.items():
        dataformat = DataFormat(str(folder), declaration)
        kind = dataformat.type
        value = kind().from_dict(values[name])
        packed = value.pack()
        repeat = 2000 if name == "record" else 20
        actions = {
            "from_dict": lambda kind=kind, name=name: kind().from_dict(values[name]),
            "pack": value.pack,
            "unpack": lambda kind=kind, packed=packed: kind().unpack(packed),
        }
        figures.update({f"{name}: {verb}": _best(action, repeat) for verb, action in actions.items()})
        check.append(hashlib.sha256(packed).hexdigest())
    report({name: figures[name] for name in TARGET}, check)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
