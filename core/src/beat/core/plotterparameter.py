"""Parameter sets for plotters."""

from __future__ import annotations

from typing import Any

from beat.backend.python.problems import Problem, json_path, suggest
from beat.backend.python.storage import Storage as BaseStorage
from beat.backend.python.storage import hashed_or_simple, split_name

from .asset import DeclaredMixin
from .plotter import Plotter

__all__ = ["Plotterparameter", "Storage"]


class Storage(BaseStorage):
    """The files of a plotter parameter.

    Raises
    ------
    RuntimeError
        When the name has not the shape ``user/name/version``.
    """

    asset_type = "plotterparameter"
    asset_folder = "plotterparameters"

    def __init__(self, prefix: str, name: str) -> None:
        self.username, self.name, self.version = split_name(name, 3, self.asset_type)
        self.fullname = name
        self.prefix = prefix
        super().__init__(hashed_or_simple(prefix, self.asset_folder, name))


class Plotterparameter(DeclaredMixin):
    """Values for the parameters of a plotter, loaded from a prefix or made from a declaration, and validated.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        A name, a declaration, ``None`` for a new object, or a pair of one of those and the plotter to use (itself, or
        its name) in place of the declared one.
    plotter_cache
        Name to plotter, shared between objects that are loaded together; only valid ones enter.

    Attributes
    ----------
    plotter : Plotter or None
        The plotter; ``None`` when the declaration could not be loaded.

    Raises
    ------
    RuntimeError
        When a name has not the shape ``user/name/version``.
    ValueError
        When a tuple or list has not two items.
    """

    kind = "plotterparameter"
    title = "Plotterparameter"
    noun = "plotterparameter"
    storage_type = Storage

    plotter: Plotter | None

    def __init__(self, prefix: str, data: Any, plotter_cache: dict[str, Plotter] | None = None) -> None:
        self._start(prefix)
        self.plotter = None
        given: Plotter | str | None = None
        if isinstance(data, tuple | list):
            data, given = data
        if self._declare(data):
            if given is None or isinstance(given, str):
                given = self._load_plotter(given or self.data["plotter"], plotter_cache)
            self.plotter = given
        if self.plotter is not None:
            self.errors += [
                Problem(str(problem), path="/plotter", kind="reference", causes=[problem])
                for problem in self.plotter.problems
            ]
            if self.valid:
                self._check_values(self.plotter)

    def _load_plotter(self, name: str, cache: dict[str, Plotter] | None) -> Plotter | None:
        cache = {} if cache is None else cache
        if name in cache:
            return cache[name]
        try:
            plotter = Plotter(self.prefix, name)
        except RuntimeError as error:
            self.errors.append(Problem(str(error), path="/plotter", kind="name"))
            return None
        if plotter.valid:
            cache[name] = plotter
        return plotter

    def _check_values(self, plotter: Plotter) -> None:
        """Find the first value that the plotter would refuse."""
        for key, value in self.data["data"].items():
            path = json_path("data", key)
            try:
                plotter.clean_parameter(key, value)
            except KeyError:
                text = f"'{key}' isn't a parameter for plotter {plotter.name}"
                hint = suggest(key, plotter.parameters or {})
                self.errors.append(Problem(text, path=path, kind="reference", hint=hint))
                return
            except ValueError as error:
                text = f"'{value}' is invalid for parameter {key} of plotter {plotter.name}"
                self.errors.append(Problem(text, path=path, kind="value", hint=str(error)))
                return
