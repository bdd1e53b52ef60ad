"""Data sources on views of databases: units, ranges, conversions."""

from __future__ import annotations

import json
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy
import pytest

from beat.backend.python.data import DatabaseOutputDataSource, DataFormat, load_data_index_db

Row = namedtuple("Row", "num who")
ROWS = [Row(1, "a"), Row(2, "a"), Row(3, "a"), Row(4, "b"), Row(5, "b"), Row(5, "a"), Row(6, "a")]


class View:
    """Gives the position of the entry it is asked for; entries outside of `kept` are cut off."""

    def __init__(self, kept: slice = slice(None), answer: Any = None) -> None:
        self.objs = ROWS[kept]
        self.nb_entries = len(ROWS)
        self.asked: list[tuple[str, int]] = []
        self.answer = answer

    def objects(self) -> list[Any]:
        return self.objs

    def get_output_mapping(self, output: str) -> str:
        return {"class": "who"}.get(output, output)

    def get(self, output: str, index: int) -> Any:
        self.asked.append((output, index))
        return {"n": numpy.int64(self.objs[index].num)} if self.answer is None else self.answer


def opened(prefix: Path, view: Any, output: str = "who", *arguments: Any, **options: Any) -> DatabaseOutputDataSource:
    source = DatabaseOutputDataSource()
    assert source.setup(view, output, "orla/tick/1", prefix, *arguments, **options)
    return source


def test_before_setup() -> None:
    source = DatabaseOutputDataSource()
    assert (source.prefix, source.dataformat, source.view, source.output_name, source.pack) == (None,) * 4 + (True,)
    assert len(source) == 0


@pytest.mark.parametrize(
    ("output", "units"),
    [
        ("who", [(0, 2), (3, 4), (5, 6)]),
        ("class", [(0, 2), (3, 4), (5, 6)]),
        ("num", [(0, 0), (1, 1), (2, 2), (3, 3), (4, 5), (6, 6)]),
    ],
)
def test_equal_neighbours_are_one_unit(golden_prefix: Path, output: str, units: list[tuple[int, int]]) -> None:
    view = View()
    source = opened(golden_prefix, view, output)
    assert source.data_indices() == units
    assert [(int(data.n), start, end) for data, start, end in source] == [(ROWS[s].num, s, e) for s, e in units]
    assert view.asked == [(output, start) for start, _ in units]
    assert source.infos[0].start_index == 0 and source.infos[-1].end_index == 6


def test_indices_count_from_the_beginning_of_the_set(golden_prefix: Path) -> None:
    view = View(slice(1, 6))
    source = opened(golden_prefix, view, "who", 1, 5)
    assert source.data_indices() == [(1, 2), (3, 4), (5, 5)]
    assert [int(data.n) for data, _, _ in source] == [2, 4, 5]
    assert [index for _, index in view.asked] == [0, 2, 4]


def test_a_range_may_be_open(golden_prefix: Path) -> None:
    assert opened(golden_prefix, View(slice(3, None)), "who", 3).data_indices() == [(3, 4), (5, 6)]
    assert opened(golden_prefix, View(slice(0, 4)), "who", None, 3).data_indices() == [(0, 2), (3, 3)]
    assert opened(golden_prefix, View(slice(5, None)), "who", 5, 99).data_indices() == [(5, 6)]


def test_views_that_keep_everything_give_the_units_within_the_range(golden_prefix: Path) -> None:
    view = View()
    source = opened(golden_prefix, view, "who", 1, 5)
    assert source.data_indices() == [(3, 4)]
    assert source[0][0].n == 4
    assert view.asked == [("who", 3)]


def test_views_that_do_not_tell_how_many_entries_there_are(golden_prefix: Path) -> None:
    sliced, whole = View(slice(1, 6)), View()
    del sliced.nb_entries, whole.nb_entries
    assert opened(golden_prefix, sliced, "who", 1, 5).data_indices() == [(1, 2), (3, 4), (5, 5)]
    assert opened(golden_prefix, whole, "who", 1, 5).data_indices() == [(3, 4)]


def test_no_entries(golden_prefix: Path) -> None:
    view = View(slice(0, 0))
    assert opened(golden_prefix, view).data_indices() == []


def test_packing(golden_prefix: Path) -> None:
    source = opened(golden_prefix, View(), pack=True)
    assert source[1] == (numpy.int64(4).tobytes(), 3, 4)
    assert source.nb_bytes_read == 8
    source = opened(golden_prefix, View())
    assert source[1][0].n == 4
    assert source.nb_bytes_read == 0 and source.read_duration > 0


def test_objects_pass_through(golden_prefix: Path) -> None:
    data = DataFormat(str(golden_prefix), "orla/tick/1").type(n=8)
    assert opened(golden_prefix, View(answer=data))[0][0] is data
    assert opened(golden_prefix, View(answer=data), pack=True)[0][0] == numpy.int64(8).tobytes()


@pytest.mark.parametrize(("answer", "error"), [({"n": 1.5}, TypeError), ({"m": 1}, AttributeError)])
def test_data_must_fit_the_format(golden_prefix: Path, answer: Any, error: type[Exception]) -> None:
    source = opened(golden_prefix, View(answer=answer))
    with pytest.raises(error):
        source[0]


def test_wrong_setups(golden_prefix: Path) -> None:
    with pytest.raises(AttributeError, match="what"):
        opened(golden_prefix, View(), "what")
    with pytest.raises(RuntimeError, match="orla/nothing/1"):
        DatabaseOutputDataSource().setup(View(), "who", "orla/nothing/1", golden_prefix)


def test_positions_that_are_none(golden_prefix: Path) -> None:
    source = opened(golden_prefix, View())
    assert source[-1] == source[3] == source.getAtDataIndex(7) == (None, None, None)
    with pytest.raises(TypeError):
        source[0:1]


def test_boundaries_of_all_columns(tmp_path: Path) -> None:
    assert load_data_index_db(tmp_path, "set.db") is None
    (tmp_path / "set.db").write_text(json.dumps([{"who": row.who, "num": row.num} for row in ROWS]))
    assert load_data_index_db(tmp_path, "set.db") == [[0, 3, 5, 7], [0, 1, 2, 3, 4, 6, 7]]
