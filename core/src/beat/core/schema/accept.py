"""The fast answer: whether a declaration follows its schema, by a compiled validator, without a reason.

The compiled validator takes more than JSON (tuples, for one) and descends without a limit, so a look at the shape of
the data comes first. What passes both is valid for the explaining validator too; anything else is for that one to
decide.
"""

from __future__ import annotations

import functools
import math
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from . import files

if TYPE_CHECKING:
    import jsonschema_rs

MAX_DEPTH = 64
"""Levels of nesting that a declaration may have: far above any real one, and harmless to recursive code."""

_OBJECTS = frozenset({dict, OrderedDict})
_TEXTS = frozenset({str})
_SCALARS = frozenset({int, float, bool, type(None)})


def _is_unicode(text: str) -> bool:
    """Tell whether a text can be written: JSON can also name one half of a surrogate pair, which is no character."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shape_error(data: Any) -> str:
    """Say why no validator should see data.

    It is nested too deeply (or without end), has keys that are no texts, or texts or numbers that no file can hold.
    """
    level = [data]
    for _ in range(MAX_DEPTH + 1):
        children: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                strange = [key for key in item if not isinstance(key, str) or not _is_unicode(key)]
                if strange:
                    return f"the key {strange[0]!r} is no text"
                children.extend(item.values())
            elif isinstance(item, list | tuple):
                children.extend(item)
            elif isinstance(item, str) and not _is_unicode(item):
                return f"the text {item!r} is no Unicode"
            elif isinstance(item, float) and not math.isfinite(item):
                return f"{item} is no number of JSON"
        if not children:
            return ""
        level = children
    return f"nested deeper than {MAX_DEPTH} levels"


def is_plain(data: Any) -> bool:
    """Tell whether data is exactly what a JSON parser gives, nested no deeper than `MAX_DEPTH` levels."""
    level = [data]
    for _ in range(MAX_DEPTH + 1):
        children: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is str:
                if not _is_unicode(item):
                    return False
                continue
            if kind in _SCALARS:
                if kind is float and not math.isfinite(item):
                    return False
                continue
            if kind in _OBJECTS:
                if not _TEXTS.issuperset(map(type, item)):
                    return False
                children.extend(item.values())
            elif kind is list:
                children.extend(item)
            else:
                return False
        if not children:
            return True
        level = children
    return False


def is_plain_text(text: str) -> bool:
    """Tell whether what a JSON parser gives for a text is surely plain, from a glance at it.

    So few brackets cannot be nested too deeply, and without escapes there is no half of a surrogate pair.
    """
    return "\\u" not in text and _is_unicode(text) and text.count("{") + text.count("[") <= MAX_DEPTH


@functools.cache
def _compiled(name: str, version: int) -> jsonschema_rs.Draft4Validator:
    import jsonschema_rs

    return jsonschema_rs.Draft4Validator(files.schema(name, version), retriever=files.retrieve)


def accepts(name: str, version: int, data: Any, plain: bool = False) -> bool:
    """Tell whether data surely follows a schema; ``False`` means that it does not, or that this cannot be told.

    With `plain`, the data is known to satisfy `is_plain`.
    """
    if not plain and not is_plain(data):
        return False
    try:
        return _compiled(name, version).is_valid(data)
    except ValueError:
        # A text that is no Unicode (half of a surrogate pair).
        return False
