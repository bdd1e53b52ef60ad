"""Converting what users hand in to the numbers of a format.

The rules are those of the data formats, not quite those of numpy: a zero fits every number, a scalar obeys the casting
rule, the items of an array are converted by force, and integers out of range wrap under every version of numpy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

import numpy
import numpy.typing as npt

Array = npt.NDArray[Any]

_INT64 = numpy.dtype("int64")
_LEAST, _MOST = -(2**63), 2**63 - 1
_COLLECTIONS = (Sequence, Mapping, Set, numpy.ndarray)
GRIDS = (list, tuple, numpy.ndarray)

#: Makes a scalar of a type and its bytes, as when it is unpickled: the shortest way to most scalars.
#: (The types of numpy do not say what is reduced to what.)
scalar_of_bytes: Callable[[numpy.dtype[Any], bytes], Any] = numpy.int8(0).__reduce__()[0]  # type: ignore[assignment]


def _type_tells_all(value: Any, source: numpy.dtype[Any]) -> bool:
    """Tell whether all values of this type cast alike; large integers and texts do not."""
    if type(value) is int:
        return source == _INT64
    return type(value) in (bool, float, complex) or (isinstance(value, numpy.generic) and source.kind in "biufc")


class NumberCaster:
    """Converts values to one numeric type.

    Parameters
    ----------
    dtype
        Numeric type in native byte order.
    """

    def __init__(self, dtype: numpy.dtype[Any]) -> None:
        self.dtype = dtype
        self.type = dtype.type
        self.zero = dtype.type(0)
        self._integral = dtype.kind in "iu"
        self._mask = (1 << 8 * dtype.itemsize) - 1
        # Conversions known to be allowed: the rule is asked once for each type of values, not for each value.
        self._known: defaultdict[str, dict[type[Any], Callable[[Any], Any]]] = defaultdict(dict)

    def cast(self, value: Any, casting: str, add_defaults: bool = False) -> Any:
        """Convert one value under a casting rule of ``numpy.can_cast``; ``None`` gives zero.

        A zero of any type is always allowed. `add_defaults` means nothing here.

        Raises
        ------
        TypeError
            When the rule forbids it, or the value is a collection.
        ValueError
            When the value is of a fit type but has no number in it.
        """
        given = type(value)
        if given is self.type:
            return value
        convert = self._known[casting].get(given)
        if convert is None or (given is int and not _LEAST <= value <= _MOST):
            return self._cast_any(value, casting)
        return convert(value)

    def _cast_any(self, value: Any, casting: str) -> Any:
        if value is None:
            return self.zero
        if isinstance(value, numpy.ndarray) and value.ndim == 0:
            value = value[()]
        given = None if isinstance(value, _COLLECTIONS) and not isinstance(value, str | bytes) else numpy.array(value)
        if given is None or given.ndim:
            raise TypeError(f"one number ({self.dtype}) is wanted, not a {type(value).__name__}")
        source = given.dtype
        if value:
            if not numpy.can_cast(source, self.dtype, casting):  # type: ignore[arg-type]  # any text; numpy checks it
                raise TypeError(f"{value!r} ({source}) cannot become {self.dtype} under the casting rule `{casting}'")
            if _type_tells_all(value, source):
                self._known[casting][type(value)] = self._converter(type(value))
        return self._converter(type(value))(value)

    def _converter(self, source: type[Any]) -> Callable[[Any], Any]:
        if not self._integral:
            if issubclass(source, (float, complex, numpy.generic)) and not issubclass(source, str | bytes):
                return self.type
            return self._parsed if issubclass(source, str | bytes) else self._inexact
        return self._wrapped if source is int else self._truncated

    def _parsed(self, text: Any) -> Any:
        if not text:
            raise ValueError("an empty text is not a number")
        return self.type(text)

    def _inexact(self, value: Any) -> Any:
        try:
            return self.type(value)
        except OverflowError as error:
            raise ValueError(f"{value!r} cannot become {self.dtype}: {error}") from None

    def _wrapped(self, value: int) -> Any:
        return scalar_of_bytes(self.dtype, (value & self._mask).to_bytes(self.dtype.itemsize, "little"))

    def _truncated(self, value: Any) -> Any:
        try:
            return self._wrapped(int(value))
        except OverflowError as error:
            raise ValueError(f"{value!r} cannot become {self.dtype}: {error}") from None

    def array(self, value: Any) -> Array:
        """Convert an array or nested sequences by force into a new array in C order.

        Raises
        ------
        TypeError
            When the sequences do not make a regular grid, or an item is no number at all.
        ValueError
            When an item cannot become a number.
        """
        try:
            if not self._integral or (isinstance(value, numpy.ndarray) and value.dtype.kind != "O"):
                return numpy.array(value, dtype=self.dtype, order="C")
            # Python integers go through the widest type, because only casts between arrays wrap.
            return numpy.array(value, dtype=_INT64, order="C").astype(self.dtype, copy=False)
        except OverflowError as error:
            if not self._integral:
                raise ValueError(f"an item cannot become {self.dtype}: {error}") from None
            return self._array_of_large(value)
        except ValueError as error:
            if "sequence" in str(error):
                raise TypeError(f"the items do not make a regular array: {error}") from None
            raise

    def _array_of_large(self, value: Any) -> Array:
        cells = numpy.array(value, dtype=object, order="C")
        numbers = [self._truncated(cell) for cell in cells.ravel()]
        return numpy.array(numbers, dtype=self.dtype).reshape(cells.shape)


def grid(value: Any, dimensions: int, is_item: Callable[[Any], bool]) -> tuple[tuple[int, ...], list[Any]]:
    """Take nested sequences apart without numpy, which would look into items and shorten texts.

    Parameters
    ----------
    value
        An array, or sequences in sequences.
    dimensions
        How deep to go.
    is_item
        Tells what counts as an item although it may be iterable.

    Returns
    -------
    tuple
        Shape and flat list of items in C order; the shape ends with its first zero.

    Raises
    ------
    TypeError
        When there are more or fewer levels, or the sequences of one level differ in length.
    """
    if isinstance(value, numpy.ndarray):
        if value.ndim != dimensions:
            raise TypeError(f"{dimensions} dimensions are wanted, not {value.ndim}")
        return value.shape, value.ravel().tolist() if value.dtype == object else list(value.flat)
    shape: tuple[int, ...] = ()
    items = [value]
    for level in range(dimensions):
        if not items:
            break  # as numpy does: nothing is known about the dimensions below
        for item in items:
            if is_item(item) or not isinstance(item, (Sequence, numpy.ndarray)):
                raise TypeError(f"{dimensions} dimensions are wanted, not {level}")
        lengths = set(map(len, items))
        if len(lengths) > 1:
            raise TypeError(f"the items do not make a regular array: lengths {sorted(lengths)} in dimension {level}")
        shape += (lengths.pop(),)
        items = [inner for item in items for inner in item]
    if any(issubclass(given, GRIDS) for given in set(map(type, items))):
        raise TypeError(f"{dimensions} dimensions are wanted, not more")
    return shape, items
