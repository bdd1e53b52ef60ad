"""Reading and writing JSON as declarations want it: order kept, repeated keys refused, numpy values understood."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, NoReturn

import numpy
import simplejson

from . import files


def error_on_duplicate_key_hook(pairs: Iterable[tuple[str, Any]]) -> OrderedDict[str, Any]:
    """Build an ordered mapping from the pairs of a JSON object (an ``object_pairs_hook``).

    Raises
    ------
    RuntimeError
        When a key is repeated.
    """
    return _ordered(list(pairs))


def _ordered(pairs: list[tuple[str, Any]]) -> OrderedDict[str, Any]:
    result = OrderedDict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise RuntimeError(f"Invalid file content\n{key} found several times")
            seen.add(key)
    return result


MAX_SIZE = 16 * 2**20
"""Bytes or characters that a JSON text may have: a toolchain of 10 000 blocks with its drawing needs a third of it."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_ordered, parse_constant=_refuse_constant)


def loads(text: str | bytes) -> Any:
    """Parse a JSON text (bytes are UTF-8) into ordered mappings.

    Raises
    ------
    ValueError
        When the text is no JSON (``NaN`` and infinities are not), or too long or nested too deeply to be a
        declaration.
    RuntimeError
        When a key is repeated in an object.
    """
    if len(text) > MAX_SIZE:
        raise ValueError(f"longer than {MAX_SIZE // 2**20} MiB")
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    try:
        return _DECODER.decode(text.removeprefix("\ufeff"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read(path: str | os.PathLike[str]) -> bytes:
    """Read a JSON file, unless it is too long to be a declaration; see `files.read`."""
    return files.read(path, MAX_SIZE)


def load(path: str | os.PathLike[str]) -> Any:
    """Parse a JSON file; see `loads` and `read`."""
    return loads(read(path))


class NumpyJSONEncoder(simplejson.JSONEncoder):  # type: ignore[misc]  # simplejson brings no types
    """Writes numpy scalars and arrays as numbers and lists, numpy types by their names."""

    def default(self, obj: Any) -> Any:
        """Convert what JSON does not know; anything but numpy values is the usual ``TypeError``."""
        if isinstance(obj, numpy.ndarray | numpy.generic):
            return obj.tolist()
        if isinstance(obj, numpy.dtype):
            return "string" if obj.kind == "U" else obj.name
        if isinstance(obj, type) and issubclass(obj, numpy.generic):
            return self.default(numpy.dtype(obj))
        return super().default(obj)


def dumps(data: Any, indent: int | None = 4) -> str:
    """Write a document as JSON text, keys in their own order."""
    text: str = simplejson.dumps(data, indent=indent, cls=NumpyJSONEncoder)
    return text
