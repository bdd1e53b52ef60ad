"""The classes generated from data formats, under the name of the platform."""

from beat.backend.python.baseformat import (
    BINCODE,
    ENDIANNESS,
    SIZE,
    STRING,
    baseformat,
    pack_array,
    pack_scalar,
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
    "pack_array",
    "pack_scalar",
    "read_some",
    "read_string",
    "setup_array",
    "setup_scalar",
    "unpack_array",
    "unpack_scalar",
]
