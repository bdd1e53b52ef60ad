"""Data formats of the platform: those of the runtime, validated."""

from __future__ import annotations

from typing import Any

from beat.backend.python.dataformat import DataFormat as BackendDataFormat
from beat.backend.python.dataformat import Storage

from .asset import DeclaredMixin

__all__ = ["DataFormat", "Storage"]


class DataFormat(DeclaredMixin, BackendDataFormat):
    """A data format whose declaration is checked; what is wrong with it goes to `errors`.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        A name, the declaration itself, or ``None`` for an empty one.
    parent
        For an inline format: the format that holds it, and the name of the field.
    dataformat_cache
        Name -> format, shared by those who load many objects; each format that is loaded by name enters it.

    Raises
    ------
    RuntimeError
        When a name does not have the shape of such names.
    """

    name_of_unnamed = "__unnamed_dataformat__"

    def _read(self, data: Any) -> bool:
        return self._declare(data)
