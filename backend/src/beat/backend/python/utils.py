"""Helper functions of the runtime, gathered under the name that clients import."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .jsonio import NumpyJSONEncoder, error_on_duplicate_key_hook
from .storage import (
    AbstractStorage,
    CodeStorage,
    File,
    Prefix,
    Storage,
    extension_for_language,
    hashed_or_simple,
    safe_rmdir,
    safe_rmfile,
)

__all__ = [
    "AbstractStorage",
    "CodeStorage",
    "File",
    "NumpyJSONEncoder",
    "Prefix",
    "Storage",
    "error_on_duplicate_key_hook",
    "extension_for_language",
    "has_argument",
    "hashed_or_simple",
    "safe_rmdir",
    "safe_rmfile",
]


def has_argument(method: Callable[..., Any], argument: str) -> bool:
    """Tell whether the signature of a callable has a parameter with that name."""
    return argument in inspect.signature(method).parameters
