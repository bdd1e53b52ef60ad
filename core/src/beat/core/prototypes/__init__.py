"""Default declarations and code of the kinds of objects: what an object made from nothing holds."""

from __future__ import annotations

import pkgutil
from typing import Any

from beat.backend.python.problems import Problem

from .. import schema

__all__ = ["binary_load", "load"]


def binary_load(name: str) -> bytes:
    """Give the content of a prototype file, such as ``algorithm.py``.

    Raises
    ------
    FileNotFoundError
        When there is no such prototype.
    """
    content = pkgutil.get_data(__name__, name)
    if content is None:
        raise FileNotFoundError(f"there is no prototype `{name}'")
    return content


def load(name: str) -> tuple[Any, list[Problem]]:
    """Give ``(declaration, errors)`` of the prototype of a kind, such as ``algorithm``: a new mapping each time.

    Raises
    ------
    FileNotFoundError
        When there is no such prototype.
    """
    return schema.validate(name, binary_load(f"{name}.json"))
