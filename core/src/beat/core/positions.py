"""Where in the text of a declaration a JSON path is: line and column.

The text is gone through once, whatever the number of paths and the depth of nesting, without recursion.
"""

from __future__ import annotations

import json
import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from beat.backend.python.problems import json_path, path_parts

__all__ = ["Position", "locate", "repeated_key"]


class Position(NamedTuple):
    """A place in a text, as editors count."""

    line: int
    """From 1."""
    column: int
    """From 1, in characters."""


def locate(text: str, paths: Iterable[str]) -> dict[str, Position]:
    """Find places in a JSON text.

    Parameters
    ----------
    text
        What a JSON parser accepts.
    paths
        As `json_path` makes them.

    Returns
    -------
    dict
        Each path with the position of its key or, in a list, of its item. Of a repeated key it is the last one, which
        parsers take. A place that is not there has the position of the innermost one around it that is.
    """
    wanted = list(paths)
    offsets = _offsets(text, wanted)
    position = _Lines(text)
    return {path: position(offset) for path, offset in zip(wanted, offsets, strict=True)}


def repeated_key(text: str) -> tuple[str, Position] | None:
    """Find the repeated key that `jsonio.loads` complains about: its path, and where it stands again."""
    frames: list[_Frame] = []
    for depth, key, offset in _members(text):
        if key is None:
            if len(frames) == depth and (repeated := frames.pop().repeated):
                path = json_path(*(frame.key for frame in frames), repeated[0])
                return path, _Lines(text)(repeated[1])
            continue
        if len(frames) < depth:
            frames.append(_Frame())
        frames[-1].enter(_name(key), offset, isinstance(key, str))
    return None


# -- the text ----------------------------------------------------------------------------------------------------------

# Possessive, and with its closing quote optional: no text makes it try again what it has seen.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_KEY_NEXT, _VALUE_NEXT = -1, -2
_decode = json.JSONDecoder(strict=False).decode


def _members(text: str) -> Iterator[tuple[int, str | int | None, int]]:
    """Go through the members of all objects and lists.

    Yields
    ------
    depth, key, offset
        How many objects and lists are around the member; its key as written (with quotes) or its index; where the key
        or item begins. At the end of an object or list: the depth of its members, ``None``, and where it ends.
    """
    # For each object or list around: of a list the next index, of an object what comes next.
    state: list[int] = []
    for match in _TOKEN.finditer(text):
        first = text[match.start()]
        if first in "}]":
            yield len(state), None, match.start()
            del state[-1:]
        elif first == ",":
            if state and state[-1] == _VALUE_NEXT:
                state[-1] = _KEY_NEXT
        elif state and state[-1] == _KEY_NEXT:
            yield len(state), match[0], match.start()
            state[-1] = _VALUE_NEXT
        elif first != ":":
            if state and state[-1] >= 0:
                yield len(state), state[-1], match.start()
                state[-1] += 1
            if first in "{[":
                state.append(_KEY_NEXT if first == "{" else 0)


def _name(key: str | int) -> str:
    """Give the name of a member as a part of a path."""
    if isinstance(key, int):
        return str(key)
    name: str = _decode(key)
    return name


class _Lines:
    """Makes positions of offsets."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def __call__(self, offset: int) -> Position:
        line = bisect(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)


# -- wanted places -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Place:
    """A wanted place, or one around it."""

    offset: int = -1
    children: dict[str, _Place] = field(default_factory=dict)


def _offsets(text: str, paths: list[str]) -> list[int]:
    start = _TOKEN.search(text)
    root = _Place(start.start() if start else 0)
    for path in paths:
        place = root
        for part in path_parts(path):
            place = place.children.setdefault(part, _Place())
    # The wanted place at each depth, down to the last member seen.
    places: list[_Place | None] = [root]
    for depth, key, offset in _members(text):
        if key is None:
            continue
        del places[depth:]
        around = places[-1]
        here = around.children.get(_name(key)) if around is not None and around.children else None
        if here is not None:
            here.offset = offset
        places.append(here)
    return [_innermost(root, path) for path in paths]


def _innermost(place: _Place, path: str) -> int:
    for part in path_parts(path):
        inner = place.children[part]
        # What was found in an earlier occurrence of a repeated key, or not at all, stands before what is around it.
        if inner.offset <= place.offset:
            break
        place = inner
    return place.offset


@dataclass(slots=True)
class _Frame:
    """An object or list while it is gone through."""

    key: str = ""
    seen: set[str] = field(default_factory=set)
    repeated: tuple[str, int] | None = None

    def enter(self, key: str, offset: int, is_name: bool) -> None:
        self.key = key
        if is_name:
            if key in self.seen and self.repeated is None:
                self.repeated = key, offset
            self.seen.add(key)
