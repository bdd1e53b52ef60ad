"""Packing and unpacking, compiled once for each data format.

The layout, little-endian and without padding: the fields in sorted order; a text as its count of bytes (uint64) and
UTF-8; an array as one uint64 for each dimension and its items in C order; an object as its fields.

All sizes are known until the first text or array, and again from each text or array to the next. So the fields between
them, together with the sizes that begin the next one, make one ``struct``, and the work that is left for a record is a
few calls. `_Program` writes these calls down as the source of functions and has Python compile them.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy
import numpy.typing as npt

from .casting import scalar_of_bytes
from .itemarrays import item_array
from .kinds import ArrayOf, Kind, Number, Record, Text

Buffer = Any
"""Bytes-like, one byte an item: ``bytes``, ``bytearray``, ``memoryview``, ``mmap``."""

Part = bytes | memoryview
Packer = Callable[[Any, Callable[[Part], Any]], None]
ManyUnpacker = Callable[[Buffer, int, int], tuple[list[Any], int]]


class Unpacker(Protocol):
    """Makes an object from packed bytes at an offset; gives it and the offset behind it."""

    def __call__(self, buffer: Buffer, offset: int = 0) -> tuple[Any, int]:
        """Unpack one object."""


_SIZE = struct.Struct("<Q")
#: Short texts are the rule: the bytes of their sizes, ready to use.
_SIZES = [_SIZE.pack(size) for size in range(256)]
#: Types whose scalars are made fastest by calling the type.
_DIRECT = frozenset(("float64", "bool"))
#: Arrays below this many bytes are copied rather than referred to.
_SMALL = 4096


class Codec:
    """Packs and unpacks the objects of one generated class.

    Parameters
    ----------
    type
        The generated class.
    name
        Full name of its format, for messages.
    fields
        Kinds of its fields.

    Attributes
    ----------
    fixed_size : int or None
        Bytes of each packed object; ``None`` when there are texts or arrays.
    dtype : numpy.dtype or None
        The packed layout as a structured type, to decode many objects at once; ``None`` like `fixed_size`.
    unpack : callable
        ``unpack(buffer, offset=0) -> (object, end)``: makes an object from packed bytes, unchecked. The buffer is
        bytes-like with items of one byte. Numeric arrays are views on it: they keep it alive, and are read-only if it
        is. Too few bytes raise ``struct.error``; a text that is not UTF-8, or a size that cannot be, ``ValueError``.
    unpack_many : callable
        ``unpack_many(buffer, offset, count) -> (list of objects, end)``: the same for objects that follow each other.
    pack_with : callable
        ``pack_with(object, add)``: hands the packed pieces to `add`, one by one.
    """

    def __init__(self, type: type[Any], name: str, fields: Mapping[str, Kind]) -> None:
        self.name = name
        self.dtype = _structured(fields)
        self.fixed_size: int | None = None if self.dtype is None else self.dtype.itemsize
        self.pack_with, self.unpack, self.unpack_many = _Program(type, fields).functions()

    def pack_parts(self, obj: Any) -> list[Part]:
        """Pack an object into pieces that make the whole when joined.

        Large arrays are not copied: the pieces refer to their memory, so write them before the arrays change.

        Raises
        ------
        TypeError
            When a value is not what its field holds (arrays of objects can be filled behind the back of a field).
        """
        parts: list[Part] = []
        try:
            self.pack_with(obj, parts.append)
        except (AttributeError, TypeError, struct.error) as error:
            raise TypeError(f"cannot pack an object of `{self.name}': {error}") from error
        return parts

    def pack(self, obj: Any) -> bytes:
        """Pack an object; errors as for `pack_parts`."""
        return b"".join(self.pack_parts(obj))


def _structured(fields: Mapping[str, Kind]) -> numpy.dtype[Any] | None:
    columns: list[tuple[str, Any]] = []
    for name in sorted(fields):
        kind = fields[name]
        if isinstance(kind, Number):
            columns.append((name, kind.dtype.newbyteorder("<")))
        elif isinstance(kind, Record) and kind.layout.codec.dtype is not None:
            columns.append((name, kind.layout.codec.dtype))
        else:
            return None
    return numpy.dtype(columns)


class _Program:
    """The source of the functions that pack and unpack the objects of one class.

    Names of fields come into the source only as quoted texts. In it, `values` is the dictionary of an object, `xN` the
    value of field N (`yN` its imaginary part), `nN` and `nN_D` the bytes of a text and the size in dimension D.
    """

    def __init__(self, type: type[Any], fields: Mapping[str, Kind]) -> None:
        self._constants: dict[str, Any] = {
            "cls": type,
            "new": object.__new__,
            "scalar_of_bytes": scalar_of_bytes,
            "too_short": _too_short,
            "raw": raw,
            "pack_texts": _pack_texts,
            "unpack_numbers": _unpack_numbers,
            "unpack_texts": _unpack_texts,
            "unpack_records": _unpack_records,
        }
        self._pack: list[str] = []
        self._unpack: list[str] = []
        self._made: dict[str, str] = {}
        # The run under way: struct codes and what is packed by them, struct codes and variables to unpack into.
        self._pack_codes = ""
        self._sources: list[str] = []
        self._unpack_codes = ""
        self._targets: list[str] = []
        for number, name in enumerate(sorted(fields)):
            self._made[name] = self._field(str(number), f"values[{name!r}]", fields[name])
        self._end_run()
        self._made = {name: self._made[name] for name in fields}

    def functions(self) -> tuple[Packer, Unpacker, ManyUnpacker]:
        """Compile ``pack(obj, add)``, ``unpack(buffer, offset)`` and ``unpack_many(buffer, offset, count)``."""
        made = [
            *self._unpack,
            "obj = new(cls)",
            "values = obj.__dict__",
            *(f"values[{name!r}] = {expression}" for name, expression in self._made.items()),
        ]
        lines = [
            "def pack(obj, add):",
            "    values = obj.__dict__",
            *(f"    {line}" for line in self._pack),
            "def unpack(buffer, offset=0):",
            *(f"    {line}" for line in made),
            "    return obj, offset",
            "def unpack_many(buffer, offset, count):",
            "    found = []",
            "    for _ in range(count):",
            *(f"        {line}" for line in made),
            "        found.append(obj)",
            "    return found, offset",
        ]
        exec("\n".join(lines), self._constants)  # noqa: S102 - our own text, see the description of the class
        return self._constants["pack"], self._constants["unpack"], self._constants["unpack_many"]

    def _constant(self, prefix: str, value: Any) -> str:
        name = f"{prefix}{len(self._constants)}"
        self._constants[name] = value
        return name

    def _in_run(self, pack_codes: str, sources: list[str], unpack_code: str, target: str) -> None:
        self._pack_codes += pack_codes
        self._sources += sources
        self._unpack_codes += unpack_code
        self._targets.append(target)

    def _end_run(self) -> None:
        if not self._targets:
            return
        packer, unpacker = struct.Struct("<" + self._pack_codes), struct.Struct("<" + self._unpack_codes)
        pack, unpack = self._constant("pack", packer.pack), self._constant("unpack", unpacker.unpack_from)
        self._pack.append(f"add({pack}({', '.join(self._sources)}))")
        self._unpack.append(f"{', '.join(self._targets)}, = {unpack}(buffer, offset)")
        self._unpack.append(f"offset += {unpacker.size}")
        self._pack_codes, self._sources, self._unpack_codes, self._targets = "", [], "", []

    def _field(self, number: str, value: str, kind: Kind) -> str:
        """Write the lines for a field; give the expression of its unpacked value."""
        if isinstance(kind, Number):
            return self._number(number, value, kind)
        if isinstance(kind, Text):
            return self._text(number, value)
        if isinstance(kind, Record):
            return self._record(number, value, kind)
        if isinstance(kind, ArrayOf):
            return self._array(number, value, kind)
        raise TypeError(f"no layout for {kind!r}")

    def _number(self, number: str, value: str, kind: Number) -> str:
        sources = [f"{value}.real", f"{value}.imag"] if kind.is_complex else [value]
        if kind.dtype.name in _DIRECT:
            self._in_run(kind.code, sources, kind.code, f"x{number}")
            return f"{self._constant('scalar', kind.dtype.type)}(x{number})"
        self._in_run(kind.code * len(sources), sources, f"{kind.dtype.itemsize}s", f"x{number}")
        return f"scalar_of_bytes({self._constant('dtype', kind.dtype)}, x{number})"

    def _text(self, number: str, value: str) -> str:
        self._pack.append(f"x{number} = {value}.encode()")
        self._in_run("Q", [f"len(x{number})"], "Q", f"n{number}")
        self._end_run()
        self._pack.append(f"add(x{number})")
        self._unpack += [
            f"end = offset + n{number}",
            "if end > len(buffer): too_short(buffer, end)",
            f"x{number} = str(buffer[offset:end], 'utf-8')",
            "offset = end",
        ]
        return f"x{number}"

    def _record(self, number: str, value: str, kind: Record) -> str:
        self._end_run()
        codec = kind.layout.codec
        self._pack.append(f"{self._constant('pack', codec.pack_with)}({value}, add)")
        self._unpack.append(f"x{number}, offset = {self._constant('unpack', codec.unpack)}(buffer, offset)")
        return f"x{number}"

    def _array(self, number: str, value: str, kind: ArrayOf) -> str:
        sizes = [f"n{number}_{dimension}" for dimension in range(len(kind.shape))]
        self._pack.append(f"x{number} = {value}")
        shape = f"x{number}.shape"
        if len(kind.shape) > 1 and 0 in kind.shape:
            # Files of beat.core 1.13.5 have the declared sizes where an array has no elements: (0, 0) for (0, 2).
            shape = f"shape{number}"
            declared = self._constant("declared", kind.shape)
            self._pack.append(f"{shape} = x{number}.shape if x{number}.size else {declared}")
        for dimension, size in enumerate(sizes):
            self._in_run("Q", [f"{shape}[{dimension}]"], "Q", size)
        self._end_run()
        item = kind.item
        if isinstance(item, Number):
            self._pack.append(f"add(raw(x{number}))")
            reader, what = "unpack_numbers", self._constant("dtype", item.dtype)
        elif isinstance(item, Text):
            self._pack.append(f"pack_texts(x{number}, add)")
            reader, what = "unpack_texts", self._constant("rule", item)
        elif isinstance(item, Record):
            self._pack.append(
                f"for item in x{number}.ravel().tolist(): "
                f"{self._constant('pack', item.layout.codec.pack_with)}(item, add)"
            )
            reader, what = "unpack_records", self._constant("rule", item)
        self._unpack.append(f"x{number}, offset = {reader}({what}, buffer, offset, ({', '.join(sizes)},))")
        return f"x{number}"


def _too_short(buffer: Buffer, end: int) -> None:
    raise struct.error(f"too few bytes: {len(buffer)} are there, at least {end} are wanted")


def raw(array: npt.NDArray[Any]) -> Part:
    """Give the bytes of a numeric array in C order; large arrays are referred to, not copied."""
    if array.nbytes < _SMALL:
        return array.tobytes()
    return numpy.ascontiguousarray(array).reshape(-1).view(numpy.uint8).data


def _pack_texts(array: npt.NDArray[Any], add: Callable[[Part], Any]) -> None:
    for text in array.ravel().tolist():
        encoded = text.encode()
        size = len(encoded)
        add(_SIZES[size] if size < 256 else _SIZE.pack(size))
        add(encoded)


def _unpack_numbers(dtype: numpy.dtype[Any], buffer: Buffer, at: int, shape: tuple[int, ...]) -> tuple[Any, int]:
    count = math.prod(shape)
    if not count:
        return numpy.zeros(shape, dtype), at
    end = at + count * dtype.itemsize
    if end > len(buffer):
        _too_short(buffer, end)
    array = numpy.frombuffer(buffer, dtype, count, at)
    return (array if len(shape) == 1 else array.reshape(shape)), end


def _unpack_texts(rule: Text, buffer: Buffer, at: int, shape: tuple[int, ...]) -> tuple[Any, int]:
    count = math.prod(shape)
    limit = len(buffer)
    if at + count * _SIZE.size > limit:
        _too_short(buffer, at + count * _SIZE.size)
    size_at = _SIZE.unpack_from
    decode = bytes.decode if type(buffer[:0]) is bytes else _decoded
    texts = []
    for _ in range(count):
        (size,) = size_at(buffer, at)
        at += 8
        end = at + size
        if end > limit:
            _too_short(buffer, end)
        texts.append(decode(buffer[at:end]))
        at = end
    return item_array(texts, shape, rule), at


def _decoded(view: Buffer) -> str:
    return str(view, "utf-8")


def _unpack_records(rule: Record, buffer: Buffer, at: int, shape: tuple[int, ...]) -> tuple[Any, int]:
    records, at = rule.layout.codec.unpack_many(buffer, at, math.prod(shape))
    return item_array(records, shape, rule), at
