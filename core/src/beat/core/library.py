"""Libraries, validated."""

from __future__ import annotations

from typing import Any

from beat.backend.python import library as backend
from beat.backend.python.library import Storage

from .asset import CodeDeclaredMixin

__all__ = ["Library", "Storage"]


class Library(CodeDeclaredMixin, backend.Library):
    """A library, loaded from a prefix or made from a declaration, and validated.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        A name, a declaration, a pair ``(declaration, code)``, or ``None`` for a new library.
    library_cache
        Name to library, shared between objects that are loaded together.

    Raises
    ------
    RuntimeError
        When a name has not the shape ``user/name/version``.
    ValueError
        When a tuple or list has not two items.
    """

    def __init__(self, prefix: str, data: Any, library_cache: dict[str, Any] | None = None) -> None:
        super().__init__(prefix, data, library_cache)

    def _read(self, data: Any) -> bool:
        return self._declare_code(data)


Library.library_klass = Library
