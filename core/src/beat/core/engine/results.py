"""The results of an experiment, read back from the cache."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy

from beat.backend.python.data import CachedDataSource

from ..execution import entries

if TYPE_CHECKING:
    from ..experiment import Experiment


@dataclass(frozen=True, slots=True)
class Result:
    """What an analyzer found."""

    analyzer: str
    """Name of the block."""
    algorithm: str
    data: Any
    """Object whose attributes are the results."""
    types: Mapping[str, str]
    """Field to ``int32``, ``float32``, ``bool``, ``string``, or the name of a data format: ``plot/...`` for plots."""
    start: int
    """First data index that the results cover."""
    end: int
    """Last data index that the results cover."""
    path: str
    """Path of the files without extension, cache folder included."""

    def as_dict(self) -> dict[str, Any]:
        """Give the values of all fields for JSON, in the order of the algorithm's declaration.

        A ``float32`` is given as the double that it is equal to.
        """
        values = self.data.as_dict()
        return {field: _plain(values[field]) for field in self.types}


def results(
    experiment: Experiment, cache: str | os.PathLike[str] | None = None, analyzers: Iterable[str] | None = None
) -> dict[str, Result]:
    """Read the results of an experiment.

    Parameters
    ----------
    experiment
        A valid experiment.
    cache
        Folder of the cache; ``<prefix>/cache`` by default.
    analyzers
        Names of those wanted; all by default. No other is read.

    Returns
    -------
    dict
        Analyzer to its result, in the order of the experiment. An analyzer that has not been run yet is absent.

    Raises
    ------
    OSError
        When a file of the cache is damaged.
    """
    folder = os.path.join(experiment.prefix, "cache") if cache is None else os.fspath(cache)
    wanted = None if analyzers is None else set(analyzers)
    found = {}
    for name, item in experiment.setup().items():
        configuration = item["configuration"]
        if "result" in configuration and (wanted is None or name in wanted):
            result = _read(experiment, name, configuration, folder)
            if result is not None:
                found[name] = result
    return found


def _read(experiment: Experiment, name: str, configuration: Mapping[str, Any], cache: str) -> Result | None:
    path = configuration["result"]["path"]
    if not entries.exists(cache, path):
        return None
    algorithm = experiment.algorithms[configuration["algorithm"]]
    stem = os.path.join(cache, path)
    source = CachedDataSource()
    if not source.setup(f"{stem}.data", experiment.prefix):
        return None
    data, start, end = source[0]
    source.close()
    if start is None or end is None or algorithm.results is None:
        return None
    types = {field: declared["type"] for field, declared in algorithm.results.items()}
    return Result(name, algorithm.name, data, types, start, end, stem)


def _plain(value: Any) -> Any:
    """Make Python's own numbers out of those of numpy."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, numpy.generic) else value
