"""The base of the classes that are generated from data formats, and functions for single values of a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO, ClassVar

from .fields.kinds import kind_of
from .fields.layout import Layout
from .fields.values import (
    BINCODE,
    ENDIANNESS,
    SIZE,
    STRING,
    pack_array,
    pack_scalar,
    read_fields,
    read_some,
    read_string,
    setup_array,
    setup_scalar,
    unpack_array,
    unpack_scalar,
)

__all__ = [
    "BINCODE",
    "ENDIANNESS",
    "SIZE",
    "STRING",
    "baseformat",
    "generate",
    "pack_array",
    "pack_scalar",
    "read_some",
    "read_string",
    "setup_array",
    "setup_scalar",
    "unpack_array",
    "unpack_scalar",
]


class baseformat:
    """Base of all generated classes; an object is one data unit.

    The class has an attribute for each field, which tells its type; the objects have the values. Values may be given
    as keywords; what is missing gets its default, and numbers are converted without asking.

    Raises
    ------
    AttributeError
        When a keyword is no field.
    TypeError, ValueError
        When a value cannot be converted.
    """

    __layout__: ClassVar[Layout]
    _name: ClassVar[str]
    _format: ClassVar[Mapping[str, Any]]

    def __init__(self, /, **fields: Any) -> None:
        type(self).__layout__.fill(self.__dict__, fields, "unsafe", True)

    def from_dict(self, data: Mapping[str, Any] | None, casting: str = "safe", add_defaults: bool = False) -> Any:
        """Set all fields; give the object itself. Nothing is set when a value does not fit.

        Parameters
        ----------
        data
            Field -> value, objects as mappings; ``None`` counts as empty, a value ``None`` is the default.
        casting
            Rule of ``numpy.can_cast`` for scalar numbers.
        add_defaults
            Whether missing fields get their defaults; otherwise they are errors.

        Raises
        ------
        AttributeError
            When a key is no field, or a field is missing.
        TypeError, ValueError
            When a value does not fit its field.
        """
        layout = type(self).__layout__
        if type(data) is not dict and not isinstance(data, Mapping | None):
            raise AttributeError(f"a mapping is wanted for `{layout.name}', not {data!r}")
        layout.update(self, data or {}, casting, add_defaults)
        return self

    def as_dict(self) -> dict[str, Any]:
        """Give the values in the order of the declaration: arrays as lists, objects as dictionaries."""
        return type(self).__layout__.as_dict(self)

    def pack(self) -> bytes:
        """Give the packed form."""
        return type(self).__layout__.codec.pack(self)

    def pack_into(self, fd: BinaryIO) -> None:
        """Write the packed form into a file."""
        for part in type(self).__layout__.codec.pack_parts(self):
            fd.write(part)

    def unpack(self, s: bytes) -> Any:
        """Set all fields from packed bytes, unchecked; give the object itself. Bytes behind them are left alone.

        Raises
        ------
        struct.error, ValueError
            When there are too few bytes.
        """
        found, _ = type(self).__layout__.codec.unpack(s, 0)
        self.__dict__.update(found.__dict__)
        return self

    def unpack_from(self, fd: BinaryIO) -> Any:
        """Set all fields from a file, which is read up to the end of the object; as `unpack`."""
        self.__dict__.update(read_fields(type(self).__layout__, fd))
        return self

    def isclose(self, other: Any, *args: Any, **kwargs: Any) -> bool:
        """Compare with another object, numbers with a point like ``numpy.isclose`` does, all else exactly.

        Objects of other classes are never close, nor are arrays of other shapes. Further arguments are those of
        ``numpy.isclose``.
        """
        return type(self).__layout__.isclose(self, other, args, kwargs)

    def copy(self) -> Any:
        """Make an independent object of the same values."""
        return type(self).__layout__.make(self.__dict__, "safe", False)

    def __str__(self) -> str:
        return str(type(self).__layout__.as_dict(self))

    def __setattr__(self, name: str, value: Any) -> None:
        """Set one field, strictly: numbers are converted only when safe, objects must be complete."""
        self.__dict__[name] = type(self).__layout__.cast_one(name, value)


def generate(name: str, declared: Mapping[str, Any], resolved: Mapping[str, Any]) -> type[baseformat]:
    """Make the class of a data format.

    Parameters
    ----------
    name
        Full name of the format.
    declared
        Field -> its type: ``numpy.dtype``, ``str``, a generated class, or ``[size, ..., one of these]``.
    resolved
        What the format says of itself, for the class attribute `_format`.
    """
    # Names like __slots__ mean something to Python: such fields exist in the objects only.
    shown = {field: kind for field, kind in declared.items() if not (field[:2] == "__" and field[-2:] == "__")}
    title = name.replace("-", "_").replace("/", "_")
    made: type[Any] = type(title, (baseformat,), {"_name": name, "_format": resolved, "__module__": __name__, **shown})
    made.__layout__ = Layout(made, name, {field: kind_of(kind) for field, kind in declared.items()})
    return made
