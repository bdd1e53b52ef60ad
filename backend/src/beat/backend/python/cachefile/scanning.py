"""Finding the units of a data file."""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Iterable
from functools import partial
from itertools import repeat
from typing import Any

import numpy

FileInfos = namedtuple("FileInfos", "file_index start_index end_index offset size")
FileInfos.__doc__ = """Where a unit is: position of its file, first and last data index, offset and size of the payload.

The size counts the line feed behind the payload.
"""
FileInfos.__module__ = "beat.backend.python.data"  # where pickles look for it

Columns = tuple[list[int], list[int], list[int], list[int]]
Spans = list[tuple[int, int]]

_UNIT = re.compile(rb"([0-9]+) ([0-9]+) ([0-9]+)\n")
#: After so many units of one shape more of them are expected, and looked for at once: so many first, then more.
_RUN_FROM, _FIRST_RUN = 16, 256
#: Digits that fit an int64 whatever they are.
_WIDEST = 18


def _same_shaped(buffer: memoryview, position: int, spans: Spans, size: int, limit: int) -> list[list[int]]:
    """Parse the run of units from `position` on whose headers have the digits in the same places and the same size.

    Each header is checked in full: this finds exactly what parsing them one after another finds.

    Parameters
    ----------
    spans
        Where the three numbers begin and end in the header at `position`.
    size
        Size of each payload.
    limit
        Largest number of units to look at.

    Returns
    -------
    list
        First and last indices of the units; at least the unit at `position` is among them.
    """
    width = spans[2][1] + 1
    count = min(limit, (len(buffer) - position) // (width + size))
    cells = numpy.frombuffer(buffer, numpy.uint8, count * (width + size), position)
    heads = cells.reshape(count, width + size)[:, :width]
    alike = (heads[:, spans[2][0] :] == heads[0, spans[2][0] :]).all(axis=1)
    for begin, end in spans[:2]:
        digits = heads[:, begin:end]
        alike &= ((digits >= ord("0")) & (digits <= ord("9"))).all(axis=1) & (heads[:, end] == ord(" "))
    if not alike.all():
        heads = heads[: int(alike.argmin())]
    columns = []
    for begin, end in spans[:2]:
        powers = 10 ** numpy.arange(end - begin - 1, -1, -1, dtype=numpy.int64)
        columns.append(((heads[:, begin:end] - ord("0")) @ powers).tolist())
    return columns


def scan_units(buffer: memoryview, position: int, path: str) -> Columns:
    """Find the units of a data file.

    Parameters
    ----------
    buffer
        The whole file.
    position
        Where the first unit begins: behind the header.

    Returns
    -------
    tuple
        Four columns: first indices, last indices, offsets and sizes of the payloads.

    Raises
    ------
    OSError
        When the file does not follow the grammar.
    """
    columns: Columns = ([], [], [], [])
    starts, ends, offsets, sizes = columns
    match_unit, length = _UNIT.match, len(buffer)
    shape, alike, limit = (0, 0), 0, _FIRST_RUN
    while position < length:
        match = match_unit(buffer, position)
        if match is None:
            raise OSError(f"`{path}' is damaged: no data unit begins at byte {position}")
        offset, size = match.end(), int(match[3])
        width = offset - position
        alike = alike + 1 if shape == (width, size) else 0
        shape = width, size
        if alike >= _RUN_FROM and offset + size <= length and width < _WIDEST:
            spans = [(match.start(i) - position, match.end(i) - position) for i in (1, 2, 3)]
            run = _same_shaped(buffer, position, spans, size, limit)
            count = len(run[0])
            starts += run[0]
            ends += run[1]
            offsets += range(offset, offset + count * (width + size), width + size)
            sizes += [size] * count
            position += count * (width + size)
            if count < limit:
                alike, limit = 0, _FIRST_RUN
            else:
                limit *= 4
            continue
        starts.append(int(match[1]))
        ends.append(int(match[2]))
        offsets.append(offset)
        sizes.append(size)
        position = offset + size
    if position != length:
        raise OSError(f"`{path}' is damaged: its last data unit is cut off")
    return columns


def file_infos(
    file_index: int, columns: Columns, start_index: int | None = None, end_index: int | None = None
) -> list[FileInfos]:
    """Make the `FileInfos` of the units that lie inside a closed range; ``None`` is no limit."""
    rows: Iterable[tuple[int, ...]] = zip(repeat(file_index), *columns, strict=False)
    if start_index is not None:
        rows = (row for row in rows if row[1] >= start_index)
    if end_index is not None:
        rows = (row for row in rows if row[2] <= end_index)
    make: Any = partial(tuple.__new__, FileInfos)  # skips the Python part of the constructor
    return list(map(make, rows))
