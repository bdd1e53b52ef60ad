"""Statistics of inputs and outputs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from beat.backend.python.stats import io_statistics, update


def end(kind: str, name: str, blocks: int, size: int, seconds: float) -> Any:
    place = SimpleNamespace(statistics=lambda: (size, seconds))
    if kind == "input":
        return SimpleNamespace(name=name, data_source=place, nb_data_blocks_read=blocks)
    return SimpleNamespace(name=name, data_sink=place, nb_data_blocks_written=blocks)


def test_sums_and_files() -> None:
    configuration = {"outputs": {"x": {"path": "aa/bb/cc/dd"}, "y": {"path": "11/22/33/44"}}}
    statistics = io_statistics(
        configuration,
        [end("input", "a", 3, 100, 0.5), end("input", "b", 4, 10, 0.25)],
        [end("output", "y", 1, 7, 0.5), end("output", "x", 2, 5, 1.0)],
    )
    assert statistics == {
        "volume": {"read": 110, "write": 12},
        "blocks": {"read": 7, "write": 3},
        "time": {"read": 0.75, "write": 1.5},
        "network": {"wait_time": 0.0},
        "files": [{"hash": "11223344", "size": 7, "blocks": 1}, {"hash": "aabbccdd", "size": 5, "blocks": 2}],
    }


def test_results() -> None:
    statistics = io_statistics({"result": {"path": "aa/bb/cc/dd"}}, None, [end("output", "result", 1, 7, 0.5)])
    assert statistics["files"] == [{"hash": "aabbccdd", "size": 7, "blocks": 1}]
    assert statistics["volume"] == {"read": 0, "write": 7}


def test_nothing() -> None:
    assert io_statistics({})["files"] == []


def test_update_adds_in_place() -> None:
    one = io_statistics({"result": {"path": "a"}}, [end("input", "a", 1, 2, 0.5)], [end("output", "result", 1, 7, 0.5)])
    update(one, one | {"volume": {"read": 5, "write": 0}})
    assert one["volume"] == {"read": 7, "write": 7}
    assert one["blocks"] == {"read": 2, "write": 2}
    assert [file["hash"] for file in one["files"]] == ["a", "a"]


def test_update_makes_no_new_figures() -> None:
    more = io_statistics({})
    statistics: dict[str, Any] = {}
    update(statistics, more)
    assert statistics == {"files": []}
    statistics = {"network": {"wait_time": 0.5}}
    update(statistics, more)
    assert statistics == {"network": {"wait_time": 0.5}, "files": []}
    with pytest.raises(KeyError):
        update(statistics, {})
