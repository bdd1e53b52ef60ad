"""What a run cost: processor time, memory, and data read and written."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import simplejson

from beat.backend.python.jsonio import NumpyJSONEncoder
from beat.backend.python.problems import Problem
from beat.backend.python.stats import io_statistics, update

from . import prototypes, schema

__all__ = ["Statistics", "cpu_statistics", "io_statistics", "memory_statistics", "update"]

_DIRECTIONS = ("read", "write")


class Statistics:
    """The statistics of one run or, added up, of several.

    Parameters
    ----------
    data
        Nothing (all figures are zero), a mapping (kept as it is, also when it is not valid) or the path of a file.

    Attributes
    ----------
    errors : list of str
        What is wrong, as `Problem` texts; empty for valid statistics.
    """

    def __init__(self, data: Any = None) -> None:
        self.errors: list[Problem] = []
        self._data: Any = None
        if not data:
            self._data = prototypes.load("statistics")[0]
        elif isinstance(data, str | os.PathLike) and not os.path.exists(data):
            self.errors.append(Problem(f"File not found: {data}", kind="missing"))
        else:
            loaded, self.errors = schema.validate("statistics", Path(data) if isinstance(data, str) else data)
            self._data = loaded if isinstance(loaded, dict) else None

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    @property
    def schema_version(self) -> int:
        """Version of the schema that the statistics follow."""
        version: int = self._data.get("schema_version", 1) if self._data else 1
        return version

    @property
    def cpu(self) -> dict[str, Any]:
        """Seconds of processor time (``user``, ``system``, ``total``) and numbers of ``context_switches``.

        Setting takes the known figures out of a mapping and ignores the others; ``KeyError`` when one is missing.
        """
        figures: dict[str, Any] = self._data["cpu"]
        return figures

    @cpu.setter
    def cpu(self, data: Mapping[str, Any]) -> None:
        switches = data["context_switches"]
        self._data["cpu"] = {
            **{key: data[key] for key in ("user", "system", "total")},
            "context_switches": {key: switches[key] for key in ("voluntary", "involuntary")},
        }

    @property
    def memory(self) -> dict[str, Any]:
        """The greatest resident memory, ``rss``, in bytes; set as `cpu` is."""
        figures: dict[str, Any] = self._data["memory"]
        return figures

    @memory.setter
    def memory(self, data: Mapping[str, Any]) -> None:
        self._data["memory"] = {"rss": data["rss"]}

    @property
    def data(self) -> dict[str, Any]:
        """What `io_statistics` tells; set as `cpu` is."""
        figures: dict[str, Any] = self._data["data"]
        return figures

    @data.setter
    def data(self, data: Mapping[str, Any]) -> None:
        self._data["data"] = {
            **{family: {key: data[family][key] for key in _DIRECTIONS} for family in ("volume", "blocks", "time")},
            "files": list(data["files"]),
            "network": {"wait_time": data["network"]["wait_time"]},
        }

    def __iadd__(self, other: Statistics) -> Statistics:
        """Add the figures of another run; of the memory, the greater one stays."""
        if not isinstance(other, Statistics):
            return NotImplemented
        for mine, others, keys in (
            (self.cpu, other.cpu, ("user", "system", "total")),
            (self.cpu["context_switches"], other.cpu["context_switches"], ("voluntary", "involuntary")),
            *((self.data[family], other.data[family], _DIRECTIONS) for family in ("volume", "blocks", "time")),
        ):
            for key in keys:
                mine[key] += others[key]
        self.memory["rss"] = max(self.memory["rss"], other.memory["rss"])
        self.data["network"] = {"wait_time": _wait_time(self.data) + _wait_time(other.data)}
        self.data["files"] = [*self.data.get("files", ()), *map(dict, other.data.get("files", ()))]
        return self

    def __add__(self, other: Statistics) -> Statistics:
        """Give the sum as new statistics."""
        if not isinstance(other, Statistics):
            return NotImplemented
        total = Statistics(copy.deepcopy(self._data))
        total += other
        return total

    def as_json(self, indent: int | None = None) -> str:
        """Give the statistics as JSON text."""
        text: str = simplejson.dumps(self._data, indent=indent, cls=NumpyJSONEncoder)
        return text

    def __str__(self) -> str:
        return self.as_json(2)

    def as_dict(self) -> Any:
        """Give the statistics themselves, not a copy."""
        return self._data

    def write(self, f: str | os.PathLike[str] | TextIO) -> None:
        """Write the statistics as JSON text to an open file or a path."""
        if isinstance(f, str | os.PathLike):
            Path(f).write_text(str(self), encoding="utf-8")
        else:
            f.write(str(self))


def _wait_time(data: Mapping[str, Any]) -> float:
    seconds: float = data.get("network", {}).get("wait_time", 0.0)
    return seconds


def cpu_statistics(start: Mapping[str, Any] | None, end: Mapping[str, Any]) -> dict[str, Any]:
    """Compare two readings of the processor times of a container.

    Parameters
    ----------
    start, end
        The ``cpu_stats`` of a container engine, in nanoseconds; without `start` from the beginning of the container.

    Returns
    -------
    dict
        Seconds: ``user`` of the container, ``total`` of the whole machine, ``system`` (always 0, not told apart);
        ``processors``, and ``percent`` of one processor.
    """
    if "system_cpu_usage" not in end:
        return {"user": 0.0, "system": 0.0, "total": 0.0, "percent": 0.0, "processors": 1}
    user, total = end["cpu_usage"]["total_usage"], end["system_cpu_usage"]
    if start is not None:
        user -= start["cpu_usage"]["total_usage"]
        total -= start["system_cpu_usage"]
    # Newer engines, on hosts with the second version of control groups, tell the number only.
    processors = len(end["cpu_usage"].get("percpu_usage") or ()) or end.get("online_cpus", 0)
    return {
        "user": user / 1e9,
        "system": 0.0,
        "total": total / 1e9,
        "percent": 100.0 * processors * user / total if total else 0.0,
        "processors": processors,
    }


def memory_statistics(data: Mapping[str, Any]) -> dict[str, float]:
    """Give the greatest memory use of a container from the ``memory_stats`` of its engine.

    Returns
    -------
    dict
        Bytes: ``rss`` and the ``limit``; ``percent`` of the limit.
    """
    limit = float(data["limit"])
    rss = float(data["max_usage"] if "max_usage" in data else data["usage"])
    return {"rss": rss, "limit": limit, "percent": 100.0 * rss / limit if limit else 0.0}
