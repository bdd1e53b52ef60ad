"""Declared objects whose outputs have data formats: load these once, export them along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from .asset import Asset
from .dataformat import DataFormat
from .problems import Problem


class UsesDataFormats(Asset):
    """An object that refers to data formats by name.

    Attributes
    ----------
    dataformats : dict
        Every data format referred to, by its full name, whether it is valid or not.
    """

    dataformat_klass: ClassVar[type[Any]] = DataFormat
    """Class that loads the data formats."""

    dataformats: dict[str, Any]

    def _start(self, prefix: str) -> None:
        super()._start(prefix)
        self.dataformats = {}

    def _load_dataformats(self, names: Iterable[str], cache: dict[str, Any]) -> None:
        """Load the named formats that are not known yet; a name that none can have is an error of this object."""
        for name in names:
            if name in self.dataformats:
                continue
            try:
                if name not in cache:
                    cache[name] = self.dataformat_klass(self.prefix, name, dataformat_cache=cache)
            except RuntimeError as error:
                self.errors.append(Problem(f"{self.noun} `{self.name}': {error}", kind="name"))
            else:
                self.dataformats[name] = cache[name]

    def _export_dependencies(self, prefix: str) -> None:
        for dataformat in self.dataformats.values():
            dataformat.export(prefix)
