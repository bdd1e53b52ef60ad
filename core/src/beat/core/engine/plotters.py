"""Which plotter draws a data format, and with which parameters."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from beat.backend.python import hash as hashes
from beat.backend.python import jsonio
from beat.backend.python.storage import hashed_or_simple

from .. import catalog
from ..plotter import Plotter
from ..plotterparameter import Plotterparameter
from ..plotterparameter import Storage as ParameterStorage


class Plotters:
    """The plotters of a prefix, each loaded once.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._loaded: dict[str, Plotter] = {}
        self._by_format: dict[str, list[str]] | None = None
        self._unreadable: list[str] = []
        self._dataformats: dict[str, Any] = {}
        self._libraries: dict[str, Any] = {}

    def choose(self, dataformat: str, parameters: str | None) -> tuple[Plotter, dict[str, Any]]:
        """Find what draws a data format.

        Parameters
        ----------
        dataformat
            Name of the data format.
        parameters
            Name of a plotter parameter; it decides the plotter, too. Without it, the first plotter in the order of
            names is taken, in its newest version, with the plotter parameter that has the plotter's own name, if there
            is one for it.

        Returns
        -------
        tuple
            The plotter, and the values for its parameters.

        Raises
        ------
        RuntimeError
            When there is no plotter for the data format, or only invalid ones, or when the plotter parameter is
            missing, invalid, or for another data format.
        """
        if parameters is not None:
            return self._with_parameters(dataformat, parameters)
        plotter = self._first(dataformat)
        if not ParameterStorage(self._prefix, plotter.name).exists():
            return plotter, {}
        own = self._load_parameters(plotter.name)
        return plotter, own.data["data"] if own.data["plotter"] == plotter.name else {}

    def _with_parameters(self, dataformat: str, name: str) -> tuple[Plotter, dict[str, Any]]:
        chosen = self._load_parameters(name)
        plotter = self._load(chosen.data["plotter"])
        if plotter.data["dataformat"] != dataformat:
            text = f"plotter parameter `{name}' is for plotter {plotter.name}, which draws {plotter.data['dataformat']}"
            raise RuntimeError(f"{text}, not {dataformat}")
        return plotter, chosen.data["data"]

    def _load_parameters(self, name: str) -> Plotterparameter:
        parameters = Plotterparameter(self._prefix, name, self._loaded)
        if not parameters.valid:
            reasons = "".join(f"\n  * {error}" for error in parameters.errors)
            raise RuntimeError(f"plotter parameter `{name}' is not valid:{reasons}")
        return parameters

    def _first(self, dataformat: str) -> Plotter:
        names = self._candidates().get(dataformat, [])
        for name in names:
            if self._load(name).valid:
                return self._load(name)
        if not names:
            unread = f"; cannot be read: {', '.join(self._unreadable)}" if self._unreadable else ""
            raise RuntimeError(f"no plotter of the prefix draws the data format {dataformat}{unread}")
        reasons = "".join(f"\n  * {error}" for error in self._load(names[0]).errors)
        raise RuntimeError(f"plotter `{names[0]}', which draws {dataformat}, is not valid:{reasons}")

    def _load(self, name: str) -> Plotter:
        if name not in self._loaded:
            self._loaded[name] = Plotter(self._prefix, name, self._dataformats, self._libraries)
        return self._loaded[name]

    def _candidates(self) -> dict[str, list[str]]:
        """Map each data format to the names of its plotters: names in order, of each the newest version first."""
        if self._by_format is None:
            self._by_format = {}
            for _, versions in groupby(catalog.names(self._prefix, "plotter"), lambda name: name.rpartition("/")[0]):
                for name in sorted(versions, key=_version, reverse=True):
                    drawn = self._drawn_by(name)
                    if drawn is not None:
                        self._by_format.setdefault(drawn, []).append(name)
        return self._by_format

    def _drawn_by(self, name: str) -> str | None:
        """Read the data format out of the declaration of a plotter; the plotter itself is loaded only if it is used."""
        try:
            declaration = jsonio.load(hashed_or_simple(self._prefix, "plotters", name) + ".json")
        except (OSError, ValueError, RuntimeError):
            self._unreadable.append(name)
            return None
        drawn = declaration.get("dataformat") if isinstance(declaration, Mapping) else None
        return drawn if isinstance(drawn, str) else None


def fingerprint(plotter: Plotter) -> str:
    """Digest everything that makes a plotter: declaration, code, and the libraries that it uses."""
    libraries: dict[str, str] = {}
    waiting = dict(plotter.libraries)
    while waiting:
        name, library = waiting.popitem()
        if name not in libraries:
            libraries[name] = library.hash()
            waiting.update(library.libraries)
    return hashes.hash({"plotter": plotter.hash(), **libraries})


def _version(name: str) -> int:
    number = name.rpartition("/")[2]
    return int(number) if number.isdecimal() else -1
