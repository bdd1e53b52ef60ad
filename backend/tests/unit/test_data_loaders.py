"""Data loaders and their views, beside what the golden ones show."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.data import CachedDataSink, CachedDataSource, DataFormat, DataSource, FileInfos
from beat.backend.python.data_loaders import DataLoader, DataLoaderList, DataView

NOTHING = (None, None, None)


class Pieces(DataSource):
    """Gives a new list at each read, and counts the reads."""

    def __init__(self, *units: tuple[int, int]) -> None:
        super().__init__()
        self.infos = [FileInfos(0, start, end, 0, 0) for start, end in units]
        self.reads = 0
        self.resets = 0

    def __getitem__(self, index: int) -> Any:
        self.reads += 1
        return [index], self.infos[index].start_index, self.infos[index].end_index

    def reset(self) -> None:
        self.resets += 1


@pytest.fixture
def a() -> Pieces:
    return Pieces((0, 2), (3, 5), (6, 8))


@pytest.fixture
def b() -> Pieces:
    return Pieces((0, 4), (5, 8))


@pytest.fixture
def loader(a: Pieces, b: Pieces) -> DataLoader:
    loader = DataLoader("channel")
    loader.add("a", a)
    loader.add("b", b)
    return loader


def test_a_new_loader() -> None:
    loader = DataLoader("c")
    assert (loader.channel, loader.infos, loader.mixed_data_indices) == ("c", {}, None)
    assert (loader.nb_data_units, loader.data_index_start, loader.data_index_end) == (0, -1, -1)
    assert loader.count() == 0 and loader[0] == NOTHING and list(loader.input_names()) == []


def test_the_worked_example(loader: DataLoader) -> None:
    assert loader.mixed_data_indices == [(0, 2), (3, 4), (5, 5), (6, 8)]
    assert (loader.count(), loader.count("a"), loader.count("b"), loader.count("c")) == (4, 3, 2, 0)
    view = loader.view("b", 0)
    assert isinstance(view, DataView)
    assert list(view.data_indices) == [(0, 2), (3, 4)]
    assert (view.count(), view.count("a"), view.count("b"), view.count("c")) == (2, 2, 1, None)
    assert (view.data_index_start, view.data_index_end) == (0, 4)
    assert view[1] == ({"a": [1], "b": [0]}, 3, 4)
    view = loader.view("b", 1)
    assert view is not None and list(view.data_indices) == [(5, 5), (6, 8)]
    assert (view.count(), view.count("a"), view.count("b")) == (2, 2, 1)


def test_data_is_read_once_while_it_lasts(loader: DataLoader, a: Pieces, b: Pieces) -> None:
    items = [loader[i][0] for i in range(4)]
    assert (a.reads, b.reads) == (3, 2)
    assert items[0]["b"] is items[1]["b"] and items[1]["a"] is items[2]["a"]
    assert loader[0][0]["a"] is not items[0]["a"]
    view = loader.view("b", 0)
    assert view is not None and view[0][0]["a"] == items[0]["a"]
    assert a.reads == 5, "a view reads for itself"


def test_positions_that_are_none(loader: DataLoader) -> None:
    assert loader[-1] == loader[4] == NOTHING
    for position in (slice(0, 1), "0"):
        with pytest.raises(TypeError):
            loader[position]
    assert loader.view("a", -1) is loader.view("a", 3) is loader.view("c", 0) is None


def test_reset_reaches_the_sources(loader: DataLoader, a: Pieces, b: Pieces) -> None:
    loader.reset()
    assert (a.resets, b.resets) == (1, 1)


@pytest.mark.parametrize("units", [[], [(20, 30)]])
def test_nothing_in_common(loader: DataLoader, units: list[tuple[int, int]]) -> None:
    assert loader.view("a", 0) is not None
    loader.add("c", Pieces(*units))
    assert (loader.count(), loader.data_index_start, loader.data_index_end) == (0, -1, -1)
    assert loader[0] == NOTHING
    view = loader.view("a", 0)
    assert view is not None and (view.count(), view.count("a"), view[0]) == (0, 0, NOTHING)


def test_gaps_have_no_data() -> None:
    loader = DataLoader("c")
    loader.add("gappy", Pieces((0, 1), (4, 5)))
    loader.add("whole", Pieces((0, 3), (4, 5)))
    assert [loader[i] for i in range(loader.count())] == [
        ({"gappy": [0], "whole": [0]}, 0, 1),
        ({"gappy": None, "whole": [0]}, 2, 3),
        ({"gappy": [1], "whole": [1]}, 4, 5),
    ]


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda loader: pickle.loads(pickle.dumps(loader))])
def test_copies_leave_the_data_behind(tmp_path: Path, golden_prefix: Path, duplicate: Any) -> None:
    sink = CachedDataSink()
    assert sink.setup(tmp_path / "e.data", DataFormat(str(golden_prefix), "orla/tick/1"), 0, 3)
    for index in range(4):
        sink.write({"n": index}, index, index)
    assert sink.close()
    source = CachedDataSource()
    assert source.setup(tmp_path / "e.data", golden_prefix)
    loader = DataLoader("c")
    loader.add("x", source)
    assert loader[2][0]["x"].n == 2
    other = duplicate(loader)
    infos = other.infos["x"]
    assert (infos["data"], infos["start_index"], infos["end_index"]) == (None, -1, -1)
    assert set(infos) == {"data_source", "data_indices", "data", "start_index", "end_index"}
    assert loader.infos["x"]["data"].n == 2
    assert [int(other[i][0]["x"].n) for i in range(other.count())] == [0, 1, 2, 3]
    view = other.view("x", 3)
    assert view[0][0]["x"].n == 3 and duplicate(view)[0][0]["x"].n == 3


def test_loaders_are_found(loader: DataLoader) -> None:
    loaders = DataLoaderList()
    assert loaders.main_loader is None and loaders[0] is None
    second = DataLoader("second")
    loaders.add(loader)
    loaders.add(second)
    assert loaders.main_loader is loader
    assert loaders["second"] is second is loaders[1] is loaders[-1]
    assert loaders["third"] is loaders[2] is loaders[None] is None
    assert list(loaders) == [loader, second] and len(loaders) == 2
    assert loaders.loaderOf("b") is loader and loaders.loaderOf("z") is None
    secondaries = loaders.secondaries()
    assert list(secondaries) == [second] and secondaries.main_loader is None
    assert secondaries["second"] is second and secondaries["channel"] is None


class _Meddling(int):
    """A last data index; comparing it runs what another thread could do at that moment."""

    meddle: Any = None

    def __lt__(self, other: Any) -> bool:
        meddle, self.meddle = self.meddle, None
        if meddle is not None:
            meddle()
        return int(self) < other


def test_units_stay_whole_when_threads_share_a_loader() -> None:
    class Source(DataSource):
        def __init__(self) -> None:
            super().__init__()
            self.ends = [_Meddling(index) for index in range(3)]
            self.infos = [FileInfos(0, index, end, 0, 0) for index, end in enumerate(self.ends)]

        def __getitem__(self, index: int) -> Any:
            return f"unit {index}", index, self.ends[index]

    source = Source()
    loader = DataLoader("main")
    loader.add("a", source)
    assert loader[1][0] == {"a": "unit 1"}
    source.ends[1].meddle = lambda: loader[2]
    assert loader[1][0] == {"a": "unit 1"}
    assert loader.infos["a"]["data"] == "unit 2"
