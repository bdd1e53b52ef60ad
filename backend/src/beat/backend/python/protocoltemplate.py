"""Protocol templates: the sets of a protocol and the formats of their outputs, shared by databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from . import storage
from .problems import Problem
from .storage import hashed_or_simple, split_name
from .usedformats import UsesDataFormats


class Storage(storage.Storage):
    """The files of a protocol template.

    Raises
    ------
    RuntimeError
        When the name is not ``<name>/<version>``.
    """

    asset_type = "protocoltemplate"
    asset_folder = "protocoltemplates"

    def __init__(self, prefix: str, name: str) -> None:
        self.name, self.version = split_name(name, 2, "protocol template")
        self.fullname = name
        self.prefix = prefix
        super().__init__(hashed_or_simple(prefix, self.asset_folder, name))


class ProtocolTemplate(UsesDataFormats):
    """A protocol template of a prefix, loaded by its name and not validated.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    name
        ``<name>/<version>``.
    dataformat_cache
        Data formats by name: taken from there, and added to it.
    """

    kind = "protocoltemplate"
    title = "Protocol template"
    noun = "protocol template"
    storage_type: ClassVar[type[Any]] = Storage
    missing_shows_path = True

    def __init__(self, prefix: str, name: Any, dataformat_cache: dict[str, Any] | None = None) -> None:
        self._start(prefix)
        if self._read(name):
            self._link_dataformats({} if dataformat_cache is None else dataformat_cache)

    def _read(self, data: Any) -> bool:
        """Read the declaration; tell whether there is a usable one."""
        if not self._load_named(data):
            return False
        try:
            list(self._format_names())
        except (LookupError, TypeError, AttributeError) as error:
            text = f"{self.title} declaration file invalid: {self.storage.json.path}: {error!r} in its sets"
            self.errors.append(Problem(text, path="/sets", kind="schema"))
        return self.valid

    def _link_dataformats(self, cache: dict[str, Any]) -> None:
        self._load_dataformats(self._format_names(), cache)

    def _format_names(self) -> Iterator[str]:
        for declaration in self.data["sets"]:
            yield from declaration["outputs"].values()

    def sets(self) -> list[dict[str, Any]]:
        """Give the declarations of all sets, each with ``name`` and ``outputs``."""
        declarations: list[dict[str, Any]] = self._declared("sets", [])
        return declarations

    def set(self, name: str) -> dict[str, Any] | None:
        """Give the declaration of a set, or ``None`` if there is no such set."""
        return next((declaration for declaration in self.sets() if declaration["name"] == name), None)
