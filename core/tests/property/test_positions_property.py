"""Positions of paths are where a slow reference says, in any document however it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from beat.backend.python.problems import json_path, path_parts
from beat.core.positions import Position, locate, repeated_key

_KEYS = st.text(st.sampled_from('ab/~"\\{[:,0é\n 𝄞'), max_size=4)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)
_SPACE = st.sampled_from(["", " ", "\n", "\t\n  ", "\r\n"])


class Writer:
    """Writes a document piece by piece, noting down where each part begins."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.text = ""
        self.places: dict[str, Position] = {}

    def space(self) -> None:
        self.text += self.data.draw(_SPACE)

    def key(self, text: str) -> None:
        self.text += json.dumps(text, ensure_ascii=self.data.draw(st.booleans()))

    def note(self, parts: tuple[object, ...]) -> None:
        lines = self.text.split("\n")
        self.places[json_path(*parts)] = Position(len(lines), len(lines[-1]) + 1)

    def write(self, value: Any, parts: tuple[object, ...] = ()) -> None:
        if isinstance(value, dict | list):
            is_object = isinstance(value, dict)
            self.text += "{" if is_object else "["
            for i, (key, inner) in enumerate(value.items() if is_object else enumerate(value)):
                self.text += "," if i else ""
                self.space()
                self.note((*parts, key))
                if is_object:
                    self.key(key)
                    self.space()
                    self.text += ":"
                    self.space()
                self.write(inner, (*parts, key))
                self.space()
            self.space()
            self.text += "}" if is_object else "]"
        elif isinstance(value, str):
            self.key(value)
        else:
            self.text += json.dumps(value)


@given(st.data(), _VALUES)
def test_every_part_is_found(data: st.DataObject, value: Any) -> None:
    writer = Writer(data)
    writer.space()
    start = writer.text
    writer.write(value)
    # A key "" of the whole document would have the path of the document.
    writer.places.pop("/", None)
    lines = start.split("\n")
    expected = {"/": Position(len(lines), len(lines[-1]) + 1), **writer.places}
    assert json.loads(writer.text) == value
    assert locate(writer.text, expected) == expected
    assert repeated_key(writer.text) is None
    # One by one as all at once.
    for path, position in expected.items():
        assert locate(writer.text, [path]) == {path: position}


def _parts(value: Any, parts: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield parts
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield from _parts(inner, (*parts, str(key)))


@given(_VALUES)
def test_paths_of_a_document_are_distinct(value: Any) -> None:
    found = [parts for parts in _parts(value) if parts != ("",)]
    assert len({json_path(*parts) for parts in found}) == len(found)
    assert [tuple(path_parts(json_path(*parts))) for parts in found] == found
