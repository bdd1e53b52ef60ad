"""Reading cache files: buffers, headers, indices."""

from __future__ import annotations

import mmap
import os
import sys
from typing import Any, NamedTuple

from .digests import verify
from .names import getAllFilenames

#: Smaller files are read, larger ones mapped: a mapping holds a file descriptor as long as an array refers to it.
MAPPED_FROM = 1 << 16

_ENCODINGS = ("binary", "json")
_LONGEST_HEADER = 4096
# The mapping keeps a duplicate of the descriptor before Python 3.13.
_MAPPING: dict[str, Any] = {"access": mmap.ACCESS_READ} | ({"trackfd": False} if sys.version_info >= (3, 13) else {})


class Header(NamedTuple):
    """Head of a data file: how and as what its units are written, and where they begin."""

    encoding: str
    format_name: str
    size: int


def open_buffer(path: str | os.PathLike[str]) -> memoryview:
    """Give the bytes of a file, without copying them when they are many.

    The file does not stay open; a mapping lasts as long as an array or buffer refers to it.
    """
    with open(path, "rb", buffering=0) as file:
        if os.fstat(file.fileno()).st_size < MAPPED_FROM:
            return memoryview(file.read())
        return memoryview(mmap.mmap(file.fileno(), 0, **_MAPPING))


def read_header(buffer: memoryview, path: str) -> Header:
    """Parse the two lines at the head of a data file.

    Raises
    ------
    OSError
        When there are no two lines.
    RuntimeError
        When the encoding is unknown.
    """
    lines = bytes(buffer[:_LONGEST_HEADER]).split(b"\n", 2)
    if len(lines) < 3:
        raise OSError(f"`{path}' is not a data file: it does not begin with the encoding and the name of a data format")
    encoding, name = (line.decode("utf-8", "replace") for line in lines[:2])
    if encoding not in _ENCODINGS:
        raise RuntimeError(f"`{path}' has the unknown encoding `{encoding}': binary and json can be read")
    return Header(encoding, name, len(lines[0]) + len(lines[1]) + 2)


def load_data_index(cache_root: str | os.PathLike[str], hash_path: str) -> list[int]:
    """Read where the units of an entry of the cache begin.

    Parameters
    ----------
    hash_path
        Name of the entry below `cache_root`, with any extension.

    Returns
    -------
    list
        The first data indices of all units, sorted, then the last data index + 1.

    Raises
    ------
    RuntimeError
        When there is no index, or one is not what its checksum says.
    OSError
        When a checksum is missing.
    """
    filename = f"{os.fspath(cache_root)}/{hash_path}"
    indices = getAllFilenames(filename)[1]
    if not indices:
        raise RuntimeError(f"no index of `{filename}': the block that writes it has not been run to its end")
    numbers: list[int] = []
    for path in indices:
        if not verify(path):
            raise RuntimeError(f"`{path}' is not what its checksum says: delete the files of this entry and run again")
        with open(path, "rb") as file:
            numbers += map(int, file.read().split())
    if not numbers:
        raise RuntimeError(f"the index of `{filename}' is empty")
    return [*sorted(numbers[0::2]), max(numbers[1::2]) + 1]
