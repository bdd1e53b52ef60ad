"""Single values of fields: converting them, writing them into files and reading them from files, one at a time.

This is the plain way through the packed layout, for what comes from a stream. Whole objects in memory take the
compiled way of `codec`.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy
import numpy.typing as npt

from .casting import scalar_of_bytes
from .codec import raw
from .itemarrays import item_array
from .kinds import BASE_TYPES, STRUCT_CODES, ArrayOf, ItemKind, Kind, Number, Record, Text, item_kind
from .layout import Layout, located

ENDIANNESS = "<"
SIZE = "Q"
STRING = "<Q%ds"
BINCODE = {BASE_TYPES[name]: code for name, code in STRUCT_CODES.items()}


def setup_scalar(formatname: str, attrname: str, dtype: Any, value: Any, casting: str, add_defaults: bool) -> Any:
    """Convert the value of a field that is no array.

    Parameters
    ----------
    formatname, attrname
        Where it happens, for messages.
    dtype
        Type of the value: a ``numpy.dtype``, ``str`` or a generated class.
    value
        What is converted; ``None`` gives the default.
    casting
        Rule of ``numpy.can_cast`` for scalar numbers.
    add_defaults
        Whether missing fields of objects get their defaults.

    Raises
    ------
    TypeError, ValueError, AttributeError
        When the value does not fit.
    """
    return _converted(formatname, attrname, item_kind(dtype), value, casting, add_defaults)


def setup_array(
    formatname: str, attrname: str, shape: Sequence[int], dtype: Any, value: Any, casting: str, add_defaults: bool
) -> Any:
    """Convert the value of an array field; a size 0 in `shape` stands for any. Otherwise as `setup_scalar`."""
    kind = ArrayOf(tuple(shape), item_kind(dtype))
    return _converted(formatname, attrname, kind, value, casting, add_defaults)


def _converted(formatname: str, attrname: str, kind: Kind, value: Any, casting: str, add_defaults: bool) -> Any:
    try:
        return kind.cast(value, casting, add_defaults)
    except (TypeError, ValueError, AttributeError) as error:
        raise located(error, formatname, attrname) from error


def pack_scalar(dtype: Any, value: Any, fd: BinaryIO) -> None:
    """Write a value that is no array: a number, a text, or an object."""
    kind = item_kind(dtype)
    if isinstance(kind, Number):
        fd.write(raw(numpy.array(value, dtype=kind.dtype)))
    elif isinstance(kind, Text):
        encoded = value.encode("utf-8")
        fd.write(struct.pack(STRING % len(encoded), len(encoded), encoded))
    elif isinstance(kind, Record):
        for part in kind.layout.codec.pack_parts(value):
            fd.write(part)


def pack_array(dtype: Any, value: npt.NDArray[Any], fd: BinaryIO) -> None:
    """Write an array: its sizes, then its items."""
    fd.write(struct.pack(f"{ENDIANNESS}{value.ndim}{SIZE}", *value.shape))
    if isinstance(dtype, numpy.dtype):
        fd.write(raw(numpy.asarray(value, dtype=dtype)))
    else:
        for item in value.ravel().tolist():
            pack_scalar(dtype, item, fd)


def unpack_scalar(dtype: Any, fd: BinaryIO) -> Any:
    """Read a value that is no array; ``struct.error`` when there are too few bytes."""
    return _read_item(item_kind(dtype), fd)


def unpack_array(shape: Sequence[int], dtype: Any, fd: BinaryIO) -> Any:
    """Read an array, of which `shape` tells the number of dimensions only.

    Raises
    ------
    struct.error, ValueError
        When there are too few bytes.
    """
    return _read_array(len(shape), item_kind(dtype), fd)


def read_some(format: str, fd: BinaryIO) -> tuple[Any, ...]:
    """Read the values of a ``struct`` format; ``struct.error`` when there are too few bytes."""
    return struct.unpack(format, fd.read(struct.calcsize(format)))


def read_string(fd: BinaryIO) -> tuple[str]:
    """Read a text."""
    (size,) = read_some(ENDIANNESS + SIZE, fd)
    encoded = fd.read(size)
    if len(encoded) < size:
        raise struct.error(f"too few bytes: a text of {size} bytes is cut after {len(encoded)}")
    return (str(encoded, "utf-8"),)


def read_fields(layout: Layout, fd: BinaryIO) -> dict[str, Any]:
    """Read the values of all fields of an object."""
    values = {}
    for field in sorted(layout.fields):
        kind = layout.fields[field]
        if isinstance(kind, ArrayOf):
            values[field] = _read_array(len(kind.shape), kind.item, fd)
        else:
            values[field] = _read_item(kind, fd)
    return values


def _read_item(kind: Kind, fd: BinaryIO) -> Any:
    if isinstance(kind, Number):
        (encoded,) = read_some(f"{kind.dtype.itemsize}s", fd)
        return scalar_of_bytes(kind.dtype, encoded)
    if isinstance(kind, Record):
        record = kind.layout.blank()
        record.__dict__.update(read_fields(kind.layout, fd))
        return record
    return read_string(fd)[0]


def _read_array(dimensions: int, kind: ItemKind, fd: BinaryIO) -> Any:
    shape = read_some(f"{ENDIANNESS}{dimensions}{SIZE}", fd)
    count = math.prod(shape)
    if isinstance(kind, Number):
        encoded = fd.read(count * kind.dtype.itemsize)
        return numpy.frombuffer(encoded, kind.dtype, count).reshape(shape) if count else numpy.zeros(shape, kind.dtype)
    assert isinstance(kind, Text | Record)
    return item_array([_read_item(kind, fd) for _ in range(count)], shape, kind)
