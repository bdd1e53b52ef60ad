"""What a cache folder holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from beat.backend.python import cachefile

_ENTRY = "??/??/??/*.data"


@dataclass(frozen=True, slots=True)
class Unit:
    """One object of an entry."""

    start: int
    """First data index."""
    end: int
    """Last data index."""
    size: int
    """Packed size in bytes, without the line feed behind it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One output of a block, or the result of an analyzer."""

    path: str
    """Path below the cache, without ranges and extension: ``aa/bb/cc/<58 digits>``."""
    format_name: str
    """Name of the data format; ``analysis:<algorithm>`` for a result."""
    units: tuple[Unit, ...]


def entries(cache: str | os.PathLike[str]) -> list[str]:
    """List the paths of all entries that have data, in order."""
    folder = Path(cache)
    found = (path.relative_to(folder).as_posix() for path in folder.glob(_ENTRY))
    return sorted({path.rsplit(".", 3)[0] for path in found if path.count(".") >= 3})


def entry(cache: str | os.PathLike[str], path: str, start: int | None = None, end: int | None = None) -> Entry:
    """Read what an entry holds; its files are checked on the way.

    Parameters
    ----------
    path
        Path below the cache, without extension.
    start, end
        Leave out units that do not lie in this closed range of data indices; ``None`` is no limit.

    Raises
    ------
    OSError
        When there is no such entry, or one of its files is damaged; the text names the file.
    """
    files = cachefile.getAllFilenames(os.path.join(cache, path) + ".data", start, end)[0]
    if not files:
        raise FileNotFoundError(f"no entry `{path}' in the cache {os.fspath(cache)}")
    units: list[Unit] = []
    name = ""
    for file in files:
        if not cachefile.verify(file):
            raise OSError(f"`{file}' is not what its checksum says: delete the files of this entry and run again")
        buffer = cachefile.open_buffer(file)
        header = cachefile.read_header(buffer, file)
        name = header.format_name
        units += _units(cachefile.scan_units(buffer, header.size, file), start, end)
    return Entry(path, name, tuple(units))


def _units(columns: cachefile.Columns, start: int | None, end: int | None) -> Iterator[Unit]:
    for info in cachefile.file_infos(0, columns, start, end):
        yield Unit(info.start_index, info.end_index, info.size - 1)
