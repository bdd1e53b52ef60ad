"""Protocol templates, validated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from beat.backend.python.protocoltemplate import ProtocolTemplate as BackendProtocolTemplate
from beat.backend.python.protocoltemplate import Storage

from .asset import DeclaredMixin
from .dataformat import DataFormat

__all__ = ["BackendProtocolTemplate", "ProtocolTemplate", "Storage"]


class ProtocolTemplate(DeclaredMixin, BackendProtocolTemplate):
    """A protocol template whose declaration is checked; what is wrong with it goes to `errors`.

    Its data formats need not exist: `dataformats` holds those that do and are valid.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        A name, a declaration (kept, not copied), or ``None`` for a default one.
    dataformat_cache
        Data formats by name: taken from there, and added to it.

    Raises
    ------
    RuntimeError
        When a name is not ``<name>/<version>``.
    """

    dataformat_klass = DataFormat
    copies_declaration = False

    def __init__(self, prefix: str, data: Any, dataformat_cache: dict[str, Any] | None = None) -> None:
        super().__init__(prefix, data, dataformat_cache)

    def _read(self, data: Any) -> bool:
        return self._declare(data)

    def _load_dataformats(self, names: Iterable[str], cache: dict[str, Any]) -> None:
        super()._load_dataformats(names, cache)
        self.dataformats = {name: dataformat for name, dataformat in self.dataformats.items() if dataformat.valid}
