"""Looking for things by their name or their position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import index
from typing import TypeVar

T = TypeVar("T")


def pick(key: object, ordered: Sequence[T], named: Mapping[str, T]) -> T | Sequence[T] | None:
    """Find an item by its name or position (negative ones count from the end), or some by a slice.

    What is not there is ``None``, whatever the key.
    """
    if isinstance(key, str):
        return named.get(key)
    if isinstance(key, slice):
        return ordered[key]
    try:
        return ordered[index(key)]  # type: ignore[arg-type]  # what is no index raises
    except (TypeError, IndexError):
        return None
