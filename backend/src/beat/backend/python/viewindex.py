"""The index file of a set of a database (``.db``): a JSON array with one object for each data index.

``[{"who": "a", "num": 1}, {"who": "a", "num": 2}]``: all objects have the same keys, in the order of the fields that
the view gave. A unit of an output is a run of equal neighbours in the column of that output.
"""

from __future__ import annotations

import gc
import json
import math
import os
import threading
from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import compress, islice
from json.encoder import encode_basestring_ascii
from operator import ne
from typing import Any

import numpy

from .jsonio import error_on_duplicate_key_hook
from .storage import safe_rmfile


class DamagedIndexError(RuntimeError):
    """A file is not the index of a set."""


class UnfitEntryError(ValueError):
    """What a view lists cannot be written as an index."""


# -- writing -------------------------------------------------------------------------------------------------------


def write(path: str | os.PathLike[str], entries: Sequence[Any]) -> None:
    """Write an index; it appears under its name at once, missing folders included, or not at all.

    Parameters
    ----------
    path
        File to write.
    entries
        Named tuples or mappings, all with the same fields. In values, numpy arrays become lists, numpy scalars
        numbers, tuples lists, bytes UTF-8 text and named tuples mappings.

    Raises
    ------
    UnfitEntryError
        When an entry has no named fields, other fields than the first, fields that cannot be those of a named tuple,
        or a value that JSON cannot hold.
    """
    text = _text(entries)
    path = os.fspath(path)
    folder, name = os.path.split(path)
    if folder:
        os.makedirs(folder, exist_ok=True)
    unfinished = os.path.join(folder, f".{name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        with open(unfinished, "w", encoding="ascii") as file:
            file.write(text)
        os.replace(unfinished, path)
    except BaseException:
        safe_rmfile(unfinished)
        raise


def _text(entries: Sequence[Any]) -> str:
    """Write the entries as JSON, column by column: the values of one field mostly have one type."""
    if not entries:
        return "[]"
    fields = _fields(entries[0], 0)
    _entry_type(fields)
    rows: Iterable[Sequence[Any]] = entries
    if len(set(map(type, entries))) > 1 or isinstance(entries[0], dict):
        rows = [_values(entry, fields, position) for position, entry in enumerate(entries)]
    columns = [_column_texts(field, column) for field, column in zip(fields, zip(*rows, strict=True), strict=True)]
    row = "{" + ", ".join(f'"{field}": %s' for field in map(str, fields)) + "}"
    return "[" + ", ".join(map(row.__mod__, zip(*columns, strict=True))) + "]"


def _fields(entry: Any, position: int) -> tuple[str, ...]:
    fields = tuple(entry) if isinstance(entry, dict) else getattr(entry, "_fields", ())
    if not fields:
        what = f"entry {position} is a `{type(entry).__name__}' without named fields"
        raise UnfitEntryError(f"{what}: return named tuples or mappings")
    return fields


def _values(entry: Any, fields: tuple[str, ...], position: int) -> Sequence[Any]:
    own = _fields(entry, position)
    if len(own) != len(fields) or set(own) != set(fields):
        text = f"entry {position} has the fields {', '.join(own)}; those of the first are {', '.join(fields)}"
        raise UnfitEntryError(text)
    named = entry if isinstance(entry, dict) else dict(zip(own, entry, strict=True))
    return [named[field] for field in fields]


def _entry_type(fields: Iterable[str]) -> Any:
    """Make the type of the entries that readers get: a named tuple with sorted fields."""
    try:
        return namedtuple("Entry", sorted(fields))
    except (TypeError, ValueError) as error:
        raise UnfitEntryError(f"the fields cannot be those of an entry: {error}; see output_member_map") from error


def _column_texts(field: str, column: Sequence[Any]) -> Iterable[str]:
    kinds = set(map(type, column))
    if kinds == {str}:
        return map(encode_basestring_ascii, column)
    if kinds == {int}:
        return map(int.__repr__, column)
    if kinds == {float} and all(map(math.isfinite, column)):
        return map(float.__repr__, column)
    try:
        return [_encode(_plain(value)) for value in column]
    except (TypeError, ValueError, RecursionError) as error:
        raise UnfitEntryError(f"field `{field}' of an entry cannot be written: {error}") from error


def _plain(value: Any) -> Any:
    """Convert a value and everything in it; the encoder of JSON alone would write named tuples as arrays."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {field: _plain(item) for field, item in zip(value._fields, value, strict=True)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, numpy.ndarray | numpy.generic):
        return _plain(value.tolist())
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return value


_encode = json.JSONEncoder().encode


# -- reading -------------------------------------------------------------------------------------------------------


@contextmanager
def collector_paused() -> Iterator[None]:
    """Hold the garbage collector back while many small objects are made, none of which is garbage.

    It would look at all of them again and again, which takes as long as making them.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def load(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Read an index as it is: a mapping for each data index.

    Raises
    ------
    OSError
        When there is no such file.
    RuntimeError
        When it is no index: not JSON, no objects, or a repeated key.
    """
    with open(path, "rb") as file:
        content = file.read()
    try:
        text = content.decode("utf-8")
        rows = json.loads(text)
    except ValueError as error:
        raise _not_an_index(path, str(error)) from error
    if not isinstance(rows, list) or not set(map(type, rows)) <= {dict}:
        raise _not_an_index(path, "not an array of objects")
    if not rows:
        return []
    if not _surely_unique_keys(text, rows):
        try:
            json.loads(text, object_pairs_hook=error_on_duplicate_key_hook)
        except RuntimeError as error:
            raise _not_an_index(path, str(error)) from error
    return rows


def _surely_unique_keys(text: str, rows: list[dict[str, Any]]) -> bool:
    """Tell whether no key is repeated; ``False`` only means that a closer look is needed.

    Each key of an object is followed by a colon, so the text of a row with a repeated key has more colons than the
    parsed row has keys. Colons in values, and nested objects, make for more colons too.
    """
    keys = sum(map(len, rows))
    if text.count(":") == keys:
        return True
    blank_before_colon = any(blank + ":" in text for blank in " \t\n\r")
    return not blank_before_colon and text.count('":') == keys


def looks_whole(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file begins and ends like an index with entries; one that was cut off does not."""
    try:
        with open(path, "rb") as file:
            begin = file.read(1)
            file.seek(max(0, os.fstat(file.fileno()).st_size - 16))
            return begin == b"[" and b"".join(file.read().split()).endswith(b"}]")
    except OSError:
        return False


def _not_an_index(path: str | os.PathLike[str], why: str) -> DamagedIndexError:
    name = os.fspath(path)
    return DamagedIndexError(f"{name} is not the index of a set: {why}; remove it and index the database again")


def read(path: str | os.PathLike[str]) -> list[Any]:
    """Read an index as named tuples with sorted fields.

    Raises
    ------
    OSError
        When there is no such file.
    RuntimeError
        When it is no index, or its keys cannot be fields of a named tuple.
    """
    with collector_paused():
        rows = load(path)
        if not rows:
            return []
        fields = sorted(rows[0])
        try:
            entry_type = _entry_type(fields)
        except UnfitEntryError as error:
            raise _not_an_index(path, str(error)) from error
        columns = _columns(path, rows, fields)
        return list(map(partial(tuple.__new__, entry_type), zip(*columns, strict=True)))


def _columns(path: str | os.PathLike[str], rows: list[dict[str, Any]], keys: Iterable[str]) -> list[list[Any]]:
    """Take the values of the keys, which must be those of each row."""
    try:
        columns = [[row[key] for row in rows] for key in keys]
    except KeyError as error:
        raise _not_an_index(path, f"some of its objects have no key {error}") from error
    if sum(map(len, rows)) != len(rows) * len(columns):
        raise _not_an_index(path, "some of its objects have other keys than the first")
    return columns


# -- units ---------------------------------------------------------------------------------------------------------


def unit_starts(column: Sequence[Any]) -> list[int]:
    """Find where units start: at 0 and wherever a value differs from the one before."""
    if not column:
        return []
    return [0, *compress(range(1, len(column)), map(ne, column, islice(column, 1, None)))]


def boundaries(path: str | os.PathLike[str]) -> list[list[int]]:
    """Read the unit starts of each column, in the order of the keys, each list closed by the number of entries.

    Raises
    ------
    OSError, RuntimeError
        As `read` does.
    """
    rows = load(path)
    if not rows:
        return []
    return [[*unit_starts(column), len(rows)] for column in _columns(path, rows, rows[0])]
