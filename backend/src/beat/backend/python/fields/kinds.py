"""The kinds of fields: one table of base types, and one class for each way in which a field behaves.

A kind makes, checks, compares and prints the values of a field. How they are packed follows from the same table: the
struct code of a number is here, the rest of the layout in `codec`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy
import numpy.typing as npt

from .casting import NumberCaster, grid
from .itemarrays import item_array

if TYPE_CHECKING:
    from .layout import Layout

Array = npt.NDArray[Any]
Shape = tuple[int, ...]

#: struct codes of the numeric base types; complex numbers take two of theirs.
STRUCT_CODES = {
    "int8": "b",
    "int16": "h",
    "int32": "i",
    "int64": "q",
    "uint8": "B",
    "uint16": "H",
    "uint32": "I",
    "uint64": "Q",
    "float32": "f",
    "float64": "d",
    "complex64": "f",
    "complex128": "d",
    "bool": "?",
}

#: base type name -> what stands for it in a generated class
BASE_TYPES: dict[str, Any] = {
    **{name: numpy.dtype(name) for name in STRUCT_CODES},
    "string": str,
    "str": str,
}


class Kind:
    """How the values of a field are made, compared and printed."""

    def cast(self, value: Any, casting: str, add_defaults: bool) -> Any:
        """Convert what a user hands in; ``None`` gives the default.

        Raises
        ------
        TypeError, ValueError, AttributeError
            When the value does not fit.
        """
        raise NotImplementedError

    def plain(self, value: Any) -> Any:
        """Give the value as ``as_dict`` shows it."""
        raise NotImplementedError

    def isclose(self, one: Any, two: Any, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
        """Compare two values; the extra arguments are those of ``numpy.isclose``."""
        raise NotImplementedError


class ItemKind(Kind):
    """A kind that may stand alone or as the items of an array."""

    def default_array(self, shape: Shape, casting: str, add_defaults: bool) -> Array:
        """Make an array of default values."""
        raise NotImplementedError

    def cast_array(self, value: Any, dimensions: int, casting: str, add_defaults: bool) -> Array:
        """Convert an array or nested sequences into a new array."""
        raise NotImplementedError

    def plain_array(self, value: Array) -> Any:
        """Give an array as nested lists."""
        return value.tolist()

    def isclose_array(self, one: Array, two: Array, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
        """Compare two arrays of the same shape."""
        return all(self.isclose(a, b, args, options) for a, b in zip(one.ravel(), two.ravel(), strict=True))


class Number(NumberCaster, ItemKind):
    """Numbers and booleans: numpy scalars, or arrays of them."""

    def __init__(self, dtype: numpy.dtype[Any]) -> None:
        super().__init__(dtype)
        self.code = STRUCT_CODES[dtype.name]
        self.is_complex = dtype.kind == "c"
        self._exact = dtype.kind in "iub"

    def plain(self, value: Any) -> Any:
        return value

    def isclose(self, one: Any, two: Any, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
        return bool(one == two) if self._exact else self._near(one, two, args, options)

    def default_array(self, shape: Shape, casting: str, add_defaults: bool) -> Array:
        return numpy.zeros(shape, dtype=self.dtype)

    def cast_array(self, value: Any, dimensions: int, casting: str, add_defaults: bool) -> Array:
        """Convert by force: the casting rule says nothing about the items of numeric arrays."""
        return self.array(value)

    def isclose_array(self, one: Array, two: Array, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
        return bool(numpy.array_equal(one, two)) if self._exact else self._near(one, two, args, options)

    @staticmethod
    def _near(one: Any, two: Any, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
        # Older numpy warns of infinite complex numbers and does not find them close to themselves.
        with numpy.errstate(invalid="ignore"):
            return bool(numpy.all((one == two) | numpy.isclose(one, two, *args, **options)))


class Text(ItemKind):
    """Texts: ``str``, or arrays of objects that are ``str``."""

    def cast(self, value: Any, casting: str, add_defaults: bool) -> Any:
        return value if type(value) is str else "" if value is None else str(value)

    def plain(self, value: Any) -> Any:
        return value

    def isclose(self, one: Any, two: Any, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
        return bool(one == two)

    def is_item(self, value: Any) -> bool:
        """Tell whether a value stands for one item."""
        return isinstance(value, str | bytes)

    def checked(self, value: Any) -> str:
        """Give the item for a value that is set into an array, or raise ``TypeError``."""
        if not isinstance(value, str):
            raise TypeError(f"{value!r} is not a text; convert it with str()")
        return str(value)

    def default_array(self, shape: Shape, casting: str, add_defaults: bool) -> Array:
        return item_array([""] * _count(shape), shape, self)

    def cast_array(self, value: Any, dimensions: int, casting: str, add_defaults: bool) -> Array:
        shape, items = grid(value, dimensions, self.is_item)
        return item_array(list(map(str, items)), shape, self)


class Record(ItemKind):
    """Objects of another generated class, or arrays of them.

    Parameters
    ----------
    type
        The generated class.
    """

    def __init__(self, type: type[Any]) -> None:
        self.type = type
        self.layout: Layout = type.__layout__
        self._make = self.layout.make

    def cast(self, value: Any, casting: str, add_defaults: bool) -> Any:
        """Make an object of a mapping, or of another object (whose values are copied)."""
        if type(value) is not dict:
            if value is None:
                value, add_defaults = {}, True
            elif not self.is_item(value):
                raise AttributeError(f"a mapping is wanted for `{self.layout.name}', not {value!r}")
            elif not isinstance(value, Mapping):
                value = value.__dict__
        return self._make(value, casting, add_defaults)

    def plain(self, value: Any) -> Any:
        return type(value).__layout__.as_dict(value)

    def isclose(self, one: Any, two: Any, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
        return self.layout.isclose(one, two, args, options)

    def is_item(self, value: Any) -> bool:
        """Tell whether a value stands for one item."""
        return isinstance(value, Mapping) or hasattr(type(value), "__layout__")

    def checked(self, value: Any) -> Any:
        """Give the item for a value that is set into an array, or raise ``TypeError``."""
        if not self.is_item(value):
            raise TypeError(f"a mapping or an object is wanted for `{self.layout.name}', not {value!r}")
        return self.cast(value, "safe", True)

    def default_array(self, shape: Shape, casting: str, add_defaults: bool) -> Array:
        return item_array([self.cast({}, casting, add_defaults) for _ in range(_count(shape))], shape, self)

    def cast_array(self, value: Any, dimensions: int, casting: str, add_defaults: bool) -> Array:
        shape, items = grid(value, dimensions, self.is_item)
        return item_array([self.cast(item, casting, add_defaults) for item in items], shape, self)

    def plain_array(self, value: Array) -> Any:
        return _nested(value.tolist(), value.ndim, self.plain)


class ArrayOf(Kind):
    """Arrays of items.

    Parameters
    ----------
    shape
        Declared sizes; 0 stands for any.
    item
        Kind of the items.
    """

    def __init__(self, shape: Shape, item: ItemKind) -> None:
        self.shape = shape
        self.item = item

    def cast(self, value: Any, casting: str, add_defaults: bool) -> Any:
        if not isinstance(value, numpy.ndarray):
            if hasattr(value, "__array__"):
                value = numpy.asarray(value)
            elif not value:
                return self.item.default_array(self.shape, casting, add_defaults)
        if isinstance(value, numpy.ndarray) and not value.size:
            return self._empty(value.shape, casting, add_defaults)
        array = self.item.cast_array(value, len(self.shape), casting, add_defaults)
        if not self._fits(array.shape):
            if not array.size:
                return self._empty(array.shape, casting, add_defaults)
            raise TypeError(f"an array of shape {list(self.shape)} is wanted (0 is any), not {list(array.shape)}")
        return array

    def _fits(self, shape: Shape) -> bool:
        return len(shape) == len(self.shape) and all(
            size in (0, given) for size, given in zip(self.shape, shape, strict=True)
        )

    def _empty(self, shape: Shape, casting: str, add_defaults: bool) -> Any:
        return self.item.default_array(shape if self._fits(shape) else self.shape, casting, add_defaults)

    def plain(self, value: Any) -> Any:
        return self.item.plain_array(value)

    def isclose(self, one: Any, two: Any, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
        if not one.size and not two.size:
            return True  # the shape of an array without elements is not stored
        return one.shape == two.shape and self.item.isclose_array(one, two, args, options)


def _count(shape: Shape) -> int:
    return int(numpy.prod(shape, dtype=numpy.int64))


def _nested(value: Any, depth: int, convert: Any) -> Any:
    if not depth:
        return convert(value)
    return [_nested(item, depth - 1, convert) for item in value]


@functools.cache
def _number(dtype: numpy.dtype[Any]) -> Number:
    return Number(dtype.newbyteorder("="))


_TEXT = Text()


def item_kind(element: Any) -> ItemKind:
    """Give the kind of an element of a generated class: a ``numpy.dtype``, ``str`` or another generated class."""
    if isinstance(element, numpy.dtype):
        return _number(element)
    if element is str:
        return _TEXT
    return Record(element)


def kind_of(declared: Any) -> Kind:
    """Give the kind of a class attribute: an element, or a list ``[size, ..., element]``."""
    if isinstance(declared, list):
        return ArrayOf(tuple(declared[:-1]), item_kind(declared[-1]))
    return item_kind(declared)
