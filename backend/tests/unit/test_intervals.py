"""Interval arithmetic: the worked examples."""

from __future__ import annotations

from typing import Any

import pytest

from beat.backend.python.data import _foundCommonIndices, foundSplitRanges, mixDataIndices


@pytest.mark.parametrize(
    ("sources", "mixed"),
    [
        ([[(0, 1), (4, 5)]], [(0, 1), (2, 5)]),
        ([[(0, 2), (3, 4)], [(0, 1), (2, 3), (4, 4)]], [(0, 1), (2, 2), (3, 3), (4, 4)]),
        ([[(5, 6), (7, 9)], [(0, 4), (5, 9)]], [(5, 6), (7, 9)]),
        ([[(0, 2), (3, 4)], [(0, 9)]], [(0, 2), (3, 4)]),
        ([[(0, 1)], [(5, 6)]], []),
        ([], []),
        ([[]], []),
        ([[(0, 1)], []], []),
    ],
)
def test_mixing(sources: Any, mixed: Any) -> None:
    assert mixDataIndices(sources) == mixed


@pytest.mark.parametrize(
    ("indices", "parts", "ranges"),
    [
        ([[0, 2, 4, 6, 8, 10, 12], [0, 3, 6, 9, 12]], 2, [(0, 5), (6, 11)]),
        ([[0, 2, 4, 6, 8, 10, 12, 15], [0, 3, 6, 9, 12, 15]], 5, [(0, 5), (6, 11), (12, 14)]),
        ([list(range(10))], 3, [(0, 2), (3, 5), (6, 8)]),
        ([[0, 1, 2, 3, 4]], 10, [(0, 0), (1, 1), (2, 2), (3, 3)]),
        ([[0]], 2, []),
        ([], 2, []),
        ([[], [0, 1]], 2, []),
        ([[0, 1], [2, 3]], 2, []),
    ],
)
def test_splitting(indices: Any, parts: int, ranges: Any) -> None:
    assert foundSplitRanges(indices, parts) == ranges


def test_common_indices() -> None:
    assert _foundCommonIndices([[0, 3, 5, 9], [0, 1, 5, 9], [9, 5, 0]]) == [0, 5, 9]
    assert _foundCommonIndices([]) == []
