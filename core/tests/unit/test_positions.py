"""Where in the text of a declaration its parts are."""

from __future__ import annotations

import pytest

from beat.backend.python.problems import json_path, path_parts
from beat.core.positions import Position, locate, repeated_key

TEXT = r"""
{
    "blocks": {"echo": {"inputs": {"in": "x"}}},
    "globals": {
        "me/echo/1": {"gain": 2}, "a~b": [10,
            {"deep": true}, []]
    },
    "say \"}\" \u00e9": "[{,:\\"
}
"""


@pytest.mark.parametrize(
    ("parts", "line", "column"),
    [
        ((), 2, 1),
        (("blocks",), 3, 5),
        (("blocks", "echo", "inputs", "in"), 3, 36),
        (("globals", "me/echo/1"), 5, 9),
        (("globals", "me/echo/1", "gain"), 5, 23),
        (("globals", "a~b"), 5, 35),
        (("globals", "a~b", 0), 5, 43),
        (("globals", "a~b", 1), 6, 13),
        (("globals", "a~b", 1, "deep"), 6, 14),
        (("globals", "a~b", 2), 6, 29),
        (('say "}" é',), 8, 5),
    ],
)
def test_keys_and_items(parts: tuple[object, ...], line: int, column: int) -> None:
    path = json_path(*parts)
    assert locate(TEXT, [path]) == {path: Position(line, column)}


@pytest.mark.parametrize(
    ("parts", "line"), [(("nothing",), 2), (("blocks", "echo", "outputs", "out"), 3), (("globals", "a~b", 3), 5)]
)
def test_what_is_missing_is_at_what_it_is_missing_in(parts: tuple[object, ...], line: int) -> None:
    path = json_path(*parts)
    assert locate(TEXT, [path])[path].line == line


def test_a_key_with_slashes_is_not_keys_in_keys() -> None:
    text = '{"a": {"b": 1},\n "a/b": 2}'
    assert locate(text, [json_path("a", "b"), json_path("a/b")]) == {
        "/a/b": Position(1, 8),
        "/a~1b": Position(2, 2),
    }


def test_the_last_of_repeated_keys_counts() -> None:
    text = '{"a": {"x": 1, "y": 2},\n "a": {"x": 3}}'
    assert locate(text, ["/a", "/a/x", "/a/y"]) == {
        "/a": Position(2, 2),
        "/a/x": Position(2, 8),
        "/a/y": Position(2, 2),
    }


@pytest.mark.parametrize(
    ("text", "path", "position"),
    [
        ('{"a": 1,\n "a": 2}', "/a", (2, 2)),
        ('{"a": 1,\n "a": 2,\n "a": 3}', "/a", (2, 2)),
        ('{"a": 1, "b": [{}, {"c": [], "\\u0063": 0}], "a": 2}', "/b/1/c", (1, 30)),
        ('[[], {"a/b": 0, "a/b": 0}]', "/1/a~1b", (1, 17)),
    ],
)
def test_the_repeated_key_is_the_one_that_parsers_meet_first(text: str, path: str, position: tuple[int, int]) -> None:
    assert repeated_key(text) == (path, position)


def test_no_key_is_repeated() -> None:
    assert repeated_key('{"a": {"b": 1}, "b": {"a": [{"c": 1}, {"c": 2}]}}') is None


@pytest.mark.parametrize("parts", [(), ("a",), ("a/b", "~1", "~0~", ""), ("x", "0", " \n")])
def test_paths_are_split_as_they_were_joined(parts: tuple[str, ...]) -> None:
    assert path_parts(json_path(*parts)) == list(parts)


@pytest.mark.parametrize("text", ['"' + '\\"' * 10**5, "[" * 10**5, '{"a":' * 10**5, '"' * 100_001, "{" + "}" * 10**5])
@pytest.mark.timeout(10)
def test_no_text_takes_long(text: str) -> None:
    assert locate(text, ["/a/a"])["/a/a"].line == 1
