from pathlib import Path

import pytest

from beat.backend.python.hash import toUserPath
from beat.core import catalog


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    for path in (
        "algorithms/ann/echo/1.json",
        "algorithms/ann/echo/10.json",
        "algorithms/ann/echo/1.py",
        f"algorithms/{toUserPath('zed')}/sum/2.json",
        f"algorithms/{toUserPath('ann')}/echo/1.json",
        "algorithms/aa/bb/not-a-user/sum/2.json",
        "databases/faces/1.json",
        "experiments/ann/ann/flow/1/first.json",
        "experiments/ann/bob/flow/1/first.json",
    ):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    return tmp_path


def test_names_are_sorted_and_found_in_both_layouts(prefix: Path) -> None:
    assert catalog.names(prefix, "algorithm") == ["ann/echo/1", "ann/echo/10", "zed/sum/2"]
    assert catalog.names(prefix, "database") == ["faces/1"]
    assert catalog.names(prefix, "experiment") == ["ann/ann/flow/1/first", "ann/bob/flow/1/first"]


def test_an_absent_folder_holds_nothing(tmp_path: Path) -> None:
    assert catalog.names(tmp_path, "toolchain") == []


@pytest.mark.parametrize(
    ("kind", "wanted", "found"),
    [
        ("algorithm", "ann/echo/1", ["ann/echo/1"]),
        ("algorithm", "ann/nothing/1", ["ann/nothing/1"]),
        ("algorithm", "ann/", ["ann/echo/1", "ann/echo/10"]),
        ("algorithm", "algorithms/zed", ["zed/sum/2"]),
        ("algorithm", "bob", []),
        ("database", "faces", ["faces/1"]),
        ("experiment", "ann", ["ann/ann/flow/1/first", "ann/bob/flow/1/first"]),
        ("experiment", "ann/flow/1/first", ["ann/flow/1/first"]),
        ("experiment", "ann/bob/flow/1", ["ann/bob/flow/1/first"]),
        ("experiment", "experiments/ann/bob/flow/1/first.json", ["ann/bob/flow/1/first"]),
    ],
)
def test_expand(prefix: Path, kind: str, wanted: str, found: list[str]) -> None:
    assert catalog.expand(prefix, kind, wanted) == found


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("me/ehco/1", "me/echo/10"),
        ("mee/echo/9", "me/echo/9"),
        ("me/echo/3", "me/echo/10"),
        ("somebody/echo/1", ""),
        ("me/other/1", ""),
        ("zed/ehco/2", "zed/echo/2"),
    ],
)
def test_similar_names(tmp_path: Path, wanted: str, meant: str) -> None:
    for name in ("me/echo/9", "me/echo/10", f"{toUserPath('zed')}/echo/2"):
        file = tmp_path / "algorithms" / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert catalog.similar(tmp_path, "algorithm", wanted) == meant
