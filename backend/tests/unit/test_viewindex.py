"""The index file of a set: what is written, what is read, and what is refused."""

from __future__ import annotations

import json
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beat.backend.python import viewindex

Row = namedtuple("Row", ["who", "num"])
Box = namedtuple("Box", ["left", "size"])


def _written(tmp_path: Path, entries: list[Any]) -> str:
    viewindex.write(tmp_path / "set.db", entries)
    return (tmp_path / "set.db").read_text(encoding="ascii")


def test_objects_have_their_keys_in_the_order_of_the_fields(tmp_path: Path) -> None:
    assert _written(tmp_path, [Row("é", 1), Row("b", 2)]) == '[{"who": "\\u00e9", "num": 1}, {"who": "b", "num": 2}]'


def test_values_of_all_kinds_become_plain_ones(tmp_path: Path) -> None:
    values = [
        numpy.arange(3),
        numpy.float32(0.5),
        numpy.bool_(True),
        b"h\xc3\xa9",
        (1, (2, b"x")),
        Box(numpy.int8(3), [Box(1, 2)]),
        {"k": numpy.str_("v")},
        None,
        True,
        "text",
        7,
        0.25,
    ]
    text = _written(tmp_path, [Row("x", value) for value in values])
    expected = [[0, 1, 2], 0.5, True, "hé", [1, [2, "x"]], {"left": 3, "size": [{"left": 1, "size": 2}]}]
    assert [row["num"] for row in json.loads(text)] == [*expected, {"k": "v"}, None, True, "text", 7, 0.25]


def test_numbers_that_json_has_not_are_read_back(tmp_path: Path) -> None:
    assert _written(tmp_path, [Row("a", float("nan")), Row("b", float("-inf"))]).count("NaN") == 1
    first, second = viewindex.read(tmp_path / "set.db")
    assert numpy.isnan(first.num) and second.num == float("-inf")


def test_mappings_and_named_tuples_may_be_mixed(tmp_path: Path) -> None:
    text = _written(tmp_path, [{"num": 1, "who": "a"}, Row("b", 2), Row(num=3, who="c")])
    assert text == '[{"num": 1, "who": "a"}, {"num": 2, "who": "b"}, {"num": 3, "who": "c"}]'


def test_an_empty_list_is_an_index_without_entries(tmp_path: Path) -> None:
    assert _written(tmp_path, []) == "[]"
    assert viewindex.read(tmp_path / "set.db") == []
    assert viewindex.boundaries(tmp_path / "set.db") == []


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([(1, 2)], "entry 0 is a `tuple' without named fields"),
        ([Row("a", 1), 5], "entry 1 is a `int' without named fields"),
        ([{}], "entry 0 is a `dict' without named fields"),
        ([Row("a", 1), Box(1, 2)], "entry 1 has the fields left, size; those of the first are who, num"),
        ([{"class": 1}], "output_member_map"),
        ([{"a-b": 1}], "output_member_map"),
        ([{1: 1}], "output_member_map"),
        ([Row("a", {1, 2})], "field `num' .* set is not JSON serializable"),
        ([Row(b"\xff", 1)], "field `who' .* can't decode"),
    ],
)
def test_what_cannot_be_an_index_is_refused_and_leaves_no_file(tmp_path: Path, entries: Any, reason: str) -> None:
    with pytest.raises(viewindex.UnfitEntryError, match=reason):
        viewindex.write(tmp_path / "sub" / "set.db", entries)
    assert list(tmp_path.rglob("*")) == []


def test_a_value_that_holds_itself_is_refused(tmp_path: Path) -> None:
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(viewindex.UnfitEntryError, match="field `num'"):
        viewindex.write(tmp_path / "set.db", [Row("a", ring)])


def test_a_failed_write_keeps_the_old_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _written(tmp_path, [Row("a", 1)])

    def no_space(source: str, target: str) -> None:
        assert Path(source).name.startswith(".set.db.")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", no_space)
    with pytest.raises(OSError, match="No space left"):
        viewindex.write(tmp_path / "set.db", [Row("b", 2)])
    assert [path.name for path in tmp_path.iterdir()] == ["set.db"]
    assert viewindex.read(tmp_path / "set.db")[0].who == "a"


def test_a_bare_file_name_is_written_into_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    viewindex.write("set.db", [Row("a", 1)])
    assert (tmp_path / "set.db").exists()


def test_entries_have_sorted_fields(tmp_path: Path) -> None:
    _written(tmp_path, [Row("a", 1)])
    entry = viewindex.read(tmp_path / "set.db")[0]
    assert (type(entry).__name__, entry._fields, entry) == ("Entry", ("num", "who"), (1, "a"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nothing", "Expecting value"),
        ("{}", "not an array of objects"),
        ("[[1]]", "not an array of objects"),
        ('[{"a": 1}, 2]', "not an array of objects"),
        ('[{"a": 1, "a": 2}]', "a found several times"),
        ('[{"a" : 1, "a" : 2}]', "a found several times"),
        ('[{"a": "\\":", "a":2, "b": ":"}]', "a found several times"),
        ('[{"a": {"x": 1, "x": 2}}]', "x found several times"),
        ('[{"a": 1}, {"b": 1}]', "no key 'a'"),
        ('[{"a": 1}, {"a": 1, "b": 1}]', "other keys than the first"),
        ('[{"class": 1}]', "output_member_map"),
    ],
)
def test_what_is_no_index_is_told_with_its_path(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "set.db"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuntimeError, match=reason) as caught:
        viewindex.read(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ['[{"a": "x:y", "b": " :"}]', '[{"a": {"c": 1}, "b": {"c": 2}}]', '[{"a"\n:1}]'])
def test_colons_elsewhere_are_no_repeated_keys(tmp_path: Path, text: str) -> None:
    (tmp_path / "set.db").write_text(text, encoding="utf-8")
    assert viewindex.load(tmp_path / "set.db") == json.loads(text)


def test_a_missing_index_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        viewindex.read(tmp_path / "set.db")


def test_boundaries_of_the_documented_example(tmp_path: Path) -> None:
    _written(tmp_path, [Row(*row) for row in zip("aaabbaa", (1, 2, 3, 4, 4, 5, 6), strict=True)])
    assert viewindex.boundaries(tmp_path / "set.db") == [[0, 3, 5, 7], [0, 1, 2, 3, 5, 6, 7]]


_value = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
_values = st.recursive(_value, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))


@given(st.lists(st.tuples(st.text(max_size=4), _values), max_size=8))
def test_text_equals_that_of_the_plain_encoder_and_is_read_back(tmp_path_factory: Any, rows: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("index")
    text = _written(folder, [Row(*row) for row in rows])
    assert text == json.dumps([{"who": who, "num": num} for who, num in rows])
    assert [(entry.who, entry.num) for entry in viewindex.read(folder / "set.db")] == rows


@given(st.lists(st.integers(0, 2)))
def test_units_start_where_values_change(column: list[int]) -> None:
    expected = [i for i in range(len(column)) if i == 0 or column[i] != column[i - 1]]
    assert viewindex.unit_starts(column) == expected
