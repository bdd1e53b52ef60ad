"""Statistics of runs."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import Any

import numpy
import pytest

from beat.backend.python import stats as backend_stats
from beat.core import prototypes, stats
from beat.core.stats import Statistics, cpu_statistics, memory_statistics

FILE = {"hash": "0" * 64, "size": 10, "blocks": 2}


def figures(scale: float = 1.0) -> dict[str, Any]:
    return {
        "cpu": {
            "user": 1.0 * scale,
            "system": 0.5 * scale,
            "total": 2.0 * scale,
            "context_switches": {"voluntary": 3, "involuntary": 4},
        },
        "memory": {"rss": 100.0 * scale},
        "data": {
            "volume": {"read": 10, "write": 20},
            "blocks": {"read": 1, "write": 2},
            "time": {"read": 0.25, "write": 0.5},
            "network": {"wait_time": 0.125},
            "files": [dict(FILE)],
        },
    }


def test_nothing_gives_zeros() -> None:
    for empty in (None, {}, ""):
        statistics = Statistics(empty)
        assert (statistics.valid, statistics.errors, statistics.schema_version) == (True, [], 1)
        assert statistics.as_dict() == prototypes.load("statistics")[0]


def test_a_mapping_is_kept() -> None:
    data = {**figures(), "schema_version": 1}
    statistics = Statistics(data)
    assert statistics.valid
    assert statistics.as_dict() is statistics._data is data
    assert (statistics.cpu, statistics.memory, statistics.data) == (data["cpu"], data["memory"], data["data"])
    wrong = {"cpu": {}}
    statistics = Statistics(wrong)
    assert not statistics.valid
    assert statistics.as_dict() is wrong


def test_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "statistics.json"
    missing = Statistics(str(path))
    assert missing.errors == [f"File not found: {path}"]
    assert (missing.as_dict(), missing.schema_version) == (None, 1)
    path.write_text(json.dumps(figures()))
    assert Statistics(str(path)).as_dict() == Statistics(path).as_dict() == figures()
    path.write_text("{")
    broken = Statistics(str(path))
    assert (len(broken.errors), broken.as_dict()) == (1, None)


@pytest.mark.parametrize("data", [5, [1], True, b"{}", object()])
def test_what_are_no_statistics_is_an_entry(data: Any) -> None:
    assert len(Statistics(data).errors) == (3 if data == b"{}" else 1)


def test_setters_take_what_they_know() -> None:
    source = figures()
    source["cpu"]["percent"] = source["memory"]["limit"] = source["data"]["colour"] = 1
    statistics = Statistics()
    statistics.cpu, statistics.memory, statistics.data = source["cpu"], source["memory"], source["data"]
    assert statistics.as_dict() == figures()
    assert Statistics(statistics.as_dict()).valid
    assert statistics.data["files"] is not source["data"]["files"]
    for name in ("cpu", "memory", "data"):
        with pytest.raises(KeyError):
            setattr(statistics, name, {})


def test_sums_leave_their_parts_alone() -> None:
    one, two = Statistics(figures()), Statistics(figures(3.0))
    total = one + two
    assert (one.as_dict(), two.as_dict()) == (figures(), figures(3.0))
    assert total.valid
    assert total.cpu == {
        "user": 4.0,
        "system": 2.0,
        "total": 8.0,
        "context_switches": {"voluntary": 6, "involuntary": 8},
    }
    assert total.memory == {"rss": 300.0}
    assert total.data == {
        "volume": {"read": 20, "write": 40},
        "blocks": {"read": 2, "write": 4},
        "time": {"read": 0.5, "write": 1.0},
        "network": {"wait_time": 0.25},
        "files": [FILE, FILE],
    }
    same = one
    one += two
    assert one is same
    assert one.as_dict() == total.as_dict()


def test_network_and_files_may_be_missing_on_either_side() -> None:
    bare = figures()
    del bare["data"]["network"], bare["data"]["files"]
    for total in (
        Statistics(figures()) + Statistics(copy.deepcopy(bare)),
        Statistics(copy.deepcopy(bare)) + Statistics(figures()),
    ):
        assert total.data["network"] == {"wait_time": 0.125}
        assert total.data["files"] == [FILE]


@pytest.mark.parametrize("other", [None, 3, {}])
def test_only_statistics_can_be_added(other: Any) -> None:
    statistics = Statistics()
    with pytest.raises(TypeError):
        statistics + other
    with pytest.raises(TypeError):
        statistics += other


def test_statistics_are_written_as_json(tmp_path: Path) -> None:
    statistics = Statistics(figures())
    statistics.memory = {"rss": numpy.float64(7)}
    assert "\n" not in statistics.as_json()
    assert json.loads(statistics.as_json()) == statistics.as_dict()
    assert str(statistics) == statistics.as_json(indent=2)
    file = io.StringIO()
    statistics.write(file)
    statistics.write(str(tmp_path / "a.json"))
    assert file.getvalue() == (tmp_path / "a.json").read_text() == str(statistics)


def cpu(user: int, total: int, processors: int) -> dict[str, Any]:
    return {"cpu_usage": {"total_usage": user, "percpu_usage": [0] * processors}, "system_cpu_usage": total}


def test_processor_times_of_containers_are_differences() -> None:
    end = cpu(3_000_000_000, 10_000_000_000, 2)
    expected = {"user": 3.0, "system": 0.0, "total": 10.0, "percent": 60.0, "processors": 2}
    assert cpu_statistics(None, end) == expected
    start = cpu(1_000_000_000, 6_000_000_000, 2)
    assert cpu_statistics(start, end) == {**expected, "user": 2.0, "total": 4.0, "percent": 100.0}
    assert cpu_statistics(end, end)["percent"] == 0.0
    nothing = {"user": 0.0, "system": 0.0, "total": 0.0, "percent": 0.0, "processors": 1}
    assert cpu_statistics(start, {"cpu_usage": {"total_usage": 1}}) == nothing


def test_processors_are_counted_or_told() -> None:
    end = cpu(1, 1, 0)
    assert cpu_statistics(None, end)["processors"] == 0
    del end["cpu_usage"]["percpu_usage"]
    assert cpu_statistics(None, end)["processors"] == 0
    assert cpu_statistics(None, {**end, "online_cpus": 4})["processors"] == 4


def test_memory_of_containers() -> None:
    assert memory_statistics({"limit": 200, "max_usage": 50, "usage": 1}) == {
        "rss": 50.0,
        "limit": 200.0,
        "percent": 25.0,
    }
    assert memory_statistics({"limit": 0, "usage": 1}) == {"rss": 1.0, "limit": 0.0, "percent": 0.0}


def test_functions_of_the_runtime_are_here_too() -> None:
    assert stats.io_statistics is backend_stats.io_statistics
    assert stats.update is backend_stats.update
    assert Statistics({**figures(), "data": stats.io_statistics({})}).valid
