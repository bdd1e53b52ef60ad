"""Loading objects of any kind by their names, sharing what they refer to."""

from __future__ import annotations

import importlib
import os
from collections import defaultdict
from typing import Any, NamedTuple

from beat.backend.python.asset import Asset

__all__ = ["Loader", "asset_class"]


class _Kind(NamedTuple):
    module: str
    name: str
    caches: tuple[str, ...] = ()
    """Kinds of the objects that it shares with others, in the order of the constructor."""


_KINDS = {
    "algorithm": _Kind("algorithm", "Algorithm", ("dataformat", "library")),
    "database": _Kind("database", "Database", ("dataformat",)),
    "dataformat": _Kind("dataformat", "DataFormat"),
    "experiment": _Kind("experiment", "Experiment", ("dataformat", "database", "algorithm", "library")),
    "library": _Kind("library", "Library", ("library",)),
    "plotter": _Kind("plotter", "Plotter", ("dataformat", "library")),
    "plotterparameter": _Kind("plotterparameter", "Plotterparameter", ("plotter",)),
    "protocoltemplate": _Kind("protocoltemplate", "ProtocolTemplate", ("dataformat",)),
    "toolchain": _Kind("toolchain", "Toolchain"),
}


def asset_class(kind: str) -> Any:
    """Import the class of the objects of a kind."""
    declared = _KINDS[kind]
    return getattr(importlib.import_module(f".{declared.module}", __package__), declared.name)


class Loader:
    """Loads objects of one prefix; what several of them refer to is loaded once.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    """

    def __init__(self, prefix: str | os.PathLike[str]) -> None:
        self.prefix = os.fspath(prefix)
        self._caches: dict[str, dict[str, Any]] = defaultdict(dict)

    def __call__(self, kind: str, name: str) -> Asset:
        """Load an object; what is wrong with it is in its `errors`.

        Raises
        ------
        RuntimeError
            When the name does not have the shape of such names.
        """
        asset: Asset | None = self._caches[kind].get(name)
        if asset is None:
            if kind == "dataformat":
                asset = asset_class(kind)(self.prefix, name, dataformat_cache=self._caches[kind])
            else:
                asset = asset_class(kind)(self.prefix, name, *(self._caches[each] for each in _KINDS[kind].caches))
            self._caches[kind][name] = asset
        return asset
