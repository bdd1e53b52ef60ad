"""Arithmetic of intervals of data indices: closed, sorted, without overlap."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

Interval = tuple[int, int]


def mixDataIndices(list_of_data_indices: Sequence[Sequence[Interval]]) -> list[Interval]:
    """Find the intervals in which no source changes.

    Parameters
    ----------
    list_of_data_indices
        For each source the intervals of its units.

    Returns
    -------
    list
        The common range of all sources, cut where a unit of any of them ends. A gap between units belongs to the
        interval that follows it. Empty when nothing is common.
    """
    if not list_of_data_indices or not all(list_of_data_indices):
        return []
    first = max(intervals[0][0] for intervals in list_of_data_indices)
    last = min(intervals[-1][1] for intervals in list_of_data_indices)
    cuts = {end for intervals in list_of_data_indices for _, end in intervals if first <= end <= last}
    return cut_at(sorted(cuts), first)


def cut_at(ends: Iterable[int], first: int) -> list[Interval]:
    """Make adjacent intervals from the end of each, beginning at `first`."""
    intervals = []
    for end in ends:
        intervals.append((first, end))
        first = end + 1
    return intervals


def inside(intervals: Sequence[Interval], ends: Sequence[int], start: int, end: int) -> Sequence[Interval]:
    """Give those of adjacent intervals, with their ends, that lie in ``[start, end]``."""
    return intervals[bisect_left(intervals, (start,)) : bisect_right(ends, end)]


def clip(ends: Sequence[int], start: int, end: int) -> list[Interval]:
    """Cut ``[start, end]`` at each of the sorted ends that lies in it; what remains behind them is the last piece."""
    cuts = ends[bisect_left(ends, start) : bisect_right(ends, end)]
    intervals = cut_at(cuts, start)
    if start <= end and (not cuts or cuts[-1] < end):
        intervals.append((cuts[-1] + 1 if cuts else start, end))
    return intervals


def _foundCommonIndices(lst: Sequence[Sequence[int]]) -> list[int]:
    """Give the indices that all lists have, sorted."""
    if not lst:
        return []
    return sorted(set(lst[0]).intersection(*lst[1:]))


def foundSplitRanges(lst: Sequence[Sequence[int]], n_split: int) -> list[Interval]:
    """Divide the common range of some sources where units of all of them begin.

    Parameters
    ----------
    lst
        Lists as `load_data_index` gives them: first indices of all units, then the last index + 1.
    n_split
        How many ranges are wanted.

    Returns
    -------
    list
        Closed ranges, about equally long; fewer than wanted when the units are too long.
    """
    common = _foundCommonIndices(lst)
    if len(common) < 2:
        return []
    average = common[-1] / n_split
    ranges: list[Interval] = []
    start = common[0]
    for index in common[1:-1]:
        if len(ranges) < n_split - 1 and index >= (len(ranges) + 1) * average:
            ranges.append((start, index - 1))
            start = index
    ranges.append((start, common[-1] - 1))
    return ranges
