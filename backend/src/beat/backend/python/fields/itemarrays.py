"""Arrays of texts and of objects, whose items are checked when they are set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy
import numpy.typing as npt

from .casting import GRIDS, grid


class ItemRule(Protocol):
    """What an array of items asks the kind of its items."""

    def is_item(self, value: Any) -> bool:
        """Tell whether a value stands for one item."""

    def checked(self, value: Any) -> Any:
        """Give the item for a value that is set, or raise ``TypeError``."""


class ItemArray(numpy.ndarray[Any, numpy.dtype[Any]]):
    """An array of Python objects that takes only items of its kind, as do its slices and views."""

    _rule: ItemRule | None = None

    def __array_finalize__(self, source: Any) -> None:
        """Hand the rule on to slices, views and copies."""
        self._rule = getattr(source, "_rule", None)

    def __setitem__(self, index: Any, value: Any) -> None:
        """Set one item, or a part of the array from one item or an array of items."""
        if self._rule is not None and self.dtype == object:
            value = self._checked(self._rule, self[index], value)
        super().__setitem__(index, value)

    @staticmethod
    def _checked(rule: ItemRule, target: Any, value: Any) -> Any:
        if not isinstance(target, numpy.ndarray):
            return rule.checked(value)
        if rule.is_item(value) or not numpy.iterable(value):
            # Each place gets an object of its own.
            return object_array([rule.checked(value) for _ in range(target.size)], target.shape)
        depth = value.ndim if isinstance(value, numpy.ndarray) else _depth(value, rule.is_item)
        shape, items = grid(value, depth, rule.is_item)
        return object_array([rule.checked(item) for item in items], shape)


def _depth(value: Any, is_item: Callable[[Any], bool]) -> int:
    """Count the levels of nested sequences above the first item."""
    depth = 0
    while not is_item(value) and isinstance(value, GRIDS):
        depth += 1
        if not len(value):
            break
        value = value[0]
    return depth


def object_array(items: list[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Put a flat list into an array of Python objects; ``ValueError`` when it does not fill the shape."""
    # Assigning a list would have numpy look into each item.
    return numpy.fromiter(items, dtype=object, count=len(items)).reshape(shape)


def item_array(items: list[Any], shape: tuple[int, ...], rule: ItemRule) -> ItemArray:
    """Put a flat list of good items into an array that checks what is set later."""
    array = object_array(items, shape).view(ItemArray)
    array._rule = rule
    return array
