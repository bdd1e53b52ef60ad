"""Synchronization by bisection gives what plain searching gives."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from beat.backend.python.data import DataSource, FileInfos, foundSplitRanges, mixDataIndices
from beat.backend.python.data_loaders import DataLoader
from beat.backend.python.inputs import Input, InputGroup
from beat.backend.python.outputs import SynchronizationListener

Interval = tuple[int, int]


class Pieces(DataSource):
    def __init__(self, units: list[Interval]) -> None:
        super().__init__()
        self.infos = [FileInfos(0, start, end, 0, 0) for start, end in units]

    def __getitem__(self, index: int) -> Any:
        if not 0 <= index < len(self.infos):
            return None, None, None
        return (index,), self.infos[index].start_index, self.infos[index].end_index


@st.composite
def units(draw: st.DrawFn, gaps: int = 0, empty: bool = False) -> list[Interval]:
    """Draw units in order; with gaps between them of up to `gaps` indices."""
    start = draw(st.integers(0, 5))
    made = []
    for size, gap in draw(
        st.lists(st.tuples(st.integers(1, 5), st.integers(0, gaps)), min_size=not empty, max_size=12)
    ):
        made.append((start, start + size - 1))
        start += size + gap
    return made


sources = st.lists(units(gaps=2, empty=True), max_size=4)


def plain_mix(sources: list[list[Interval]]) -> list[Interval]:
    if not sources or [] in sources:
        return []
    first = max(intervals[0][0] for intervals in sources)
    last = min(intervals[-1][1] for intervals in sources)
    mixed, start = [], first
    for index in range(first, last + 1):
        if any(end == index for intervals in sources for _, end in intervals):
            mixed.append((start, index))
            start = index + 1
    return mixed


def plain_clip(intervals: list[Interval], start: int, end: int) -> list[Interval]:
    clipped, begin = [], start
    for index in range(start, end + 1):
        if index == end or any(last == index for _, last in intervals):
            clipped.append((begin, index))
            begin = index + 1
    return clipped


def plain_find(intervals: list[Interval], index: int) -> int | None:
    return next((i for i, (start, end) in enumerate(intervals) if start <= index <= end), None)


@given(sources)
def test_mixing(sources: list[list[Interval]]) -> None:
    assert mixDataIndices(sources) == plain_mix(sources)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), max_size=10), st.integers(-1, 30))
def test_lookups_in_any_units(pairs: list[tuple[int, int]], index: int) -> None:
    intervals = [(start, start + size) for start, size in pairs]
    for ordered in (intervals, sorted(intervals)):
        source = Pieces(ordered)
        found = plain_find(ordered, index)
        unit = (None, None, None) if found is None else ((found,), *ordered[found])
        assert source.getAtDataIndex(index) == unit


@given(sources)
def test_loaders_and_views(sources: list[list[Interval]]) -> None:
    loader = DataLoader("c")
    for number, intervals in enumerate(sources):
        loader.add(str(number), Pieces(intervals))
    mixed = plain_mix(sources)

    def item(start: int, end: int) -> Any:
        found = {str(number): plain_find(intervals, start) for number, intervals in enumerate(sources)}
        return {name: None if unit is None else (unit,) for name, unit in found.items()}, start, end

    assert [loader[i] for i in range(loader.count())] == [item(*interval) for interval in mixed]
    for number, intervals in enumerate(sources):
        for position, (start, end) in enumerate(intervals):
            view = loader.view(str(number), position)
            assert view is not None
            part = [(first, last) for first, last in mixed if start <= first and last <= end]
            assert list(view.data_indices) == part
            assert [view[i] for i in range(-1, view.count() + 1)] == [
                (None, None, None),
                *(item(*interval) for interval in part),
                (None, None, None),
            ]
            for other, others in enumerate(sources):
                cuts = plain_clip(others, part[0][0], part[-1][1]) if part else []
                assert view.infos[str(other)]["data_indices"] == cuts
                assert view.count(str(other)) == len(cuts)


@given(st.lists(units(), min_size=1, max_size=4))
def test_groups_step_through_the_common_intervals(sources: list[list[Interval]]) -> None:
    for intervals in sources:
        first = intervals[0][0]
        intervals[:] = [(start - first, end - first) for start, end in intervals]
    listener = SynchronizationListener()
    group = InputGroup("c", listener, restricted_access=False)
    for number, intervals in enumerate(sources):
        group.add(Input(str(number), "a/b/1", Pieces(intervals)))
    for interval in plain_mix(sources):
        group.next()
        assert (group.first_data_index, group.last_data_index) == interval
        assert (listener.data_index_start, listener.data_index_end) == interval
        for number, intervals in enumerate(sources):
            found = plain_find(intervals, interval[0])
            assert found is not None
            item = group[str(number)]
            assert item.data == (found,)
            assert item.hasDataChanged() == (intervals[found][0] == interval[0])
            assert item.isDataUnitDone() == (intervals[found][1] == interval[1])


@given(st.lists(units(), min_size=1, max_size=3), st.integers(1, 6))
def test_split_ranges_cover_the_common_range(sources: list[list[Interval]], parts: int) -> None:
    boundaries = [[*(start for start, _ in intervals), intervals[-1][1] + 1] for intervals in sources]
    ranges = foundSplitRanges(boundaries, parts)
    common = sorted(set(boundaries[0]).intersection(*boundaries))
    assert len(ranges) <= parts
    if len(common) < 2:
        assert ranges == []
    else:
        assert [start for start, _ in ranges] == [common[0], *(end + 1 for _, end in ranges[:-1])]
        assert ranges[-1][1] == common[-1] - 1
        assert all(start in common and end + 1 in common for start, end in ranges)
