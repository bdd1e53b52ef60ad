"""Libraries: code shared by algorithms, plotters and other libraries."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from . import loader
from .usercode import UserCode, UserCodeStorage

__all__ = ["Library", "Storage"]


class Storage(UserCodeStorage):
    """The files of a library."""

    asset_type = "library"
    asset_folder = "libraries"


class Library(UserCode):
    """A library of a prefix.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    name
        Full name, ``user/name/version``.
    library_cache
        Name to library, shared between objects that are loaded together; ``None`` stands for a library that is being
        loaded, by which circles are found.

    Raises
    ------
    RuntimeError
        When the name has another shape.
    """

    kind = "library"
    title = "Library"
    noun = "library"
    storage_type = Storage

    def __init__(self, prefix: str, name: Any, library_cache: dict[str, Any] | None = None) -> None:
        self._start(prefix)
        cache = {} if library_cache is None else library_cache
        if self._read(name):
            if self._name:
                cache[self._name] = None
            self._link_libraries(cache)
            self.errors += self._library_problems()
            if self.valid:
                self.errors += self._language_problems()
        if self._name:
            cache[self._name] = self

    @property
    def uses(self) -> dict[str, str]:
        """Alias to full name of each library that this one uses itself; declared as empty when it is not declared."""
        declared: dict[str, str] = self.data.setdefault("uses", {}) if isinstance(self.data, dict) else {}
        return declared

    @uses.setter
    def uses(self, value: dict[str, str]) -> None:
        self._set_uses(value)

    def _set_language(self, value: str) -> None:
        super()._set_language(value)
        self.errors[:] = [error for error in self.errors if getattr(error, "kind", "") != "language"]
        self.errors += self._language_problems()

    def load(self) -> ModuleType:
        """Load the code as a new module.

        Raises
        ------
        RuntimeError
            When the language is not known or not Python, or the library has no name.
        """
        self._require_python()
        return loader.load_module(self.name.replace("/", "_"), self.storage.code.path, self.uses_dict())


Library.library_klass = Library
