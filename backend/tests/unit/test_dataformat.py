"""Data formats of the runtime: names, references, extension, recursion, the one class of each."""

from __future__ import annotations

import json
import pickle
import struct
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python import utils
from beat.backend.python.dataformat import DataFormat, Storage


def declare(prefix: Path, name: str, declaration: Any) -> None:
    path = prefix / "dataformats" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(declaration if isinstance(declaration, str) else json.dumps(declaration), encoding="utf-8")


def test_storage(tmp_path: Path) -> None:
    declare(tmp_path, "user/one/1", {"value": "int32", "#description": "x"})
    storage = Storage(str(tmp_path), "user/one/1")
    assert (storage.fullname, storage.username, storage.name, storage.version) == ("user/one/1", "user", "one", "1")
    assert (storage.asset_type, storage.asset_folder) == ("dataformat", "dataformats")
    assert storage.hash() == "07e9dafc99b8f3eabee0e8048b0b2a8ad014c8230f2a90af1c7db3b1f8769462"
    assert issubclass(Storage, utils.Storage)
    assert not issubclass(Storage, utils.CodeStorage)


def test_names_of_anonymous_formats() -> None:
    outer = DataFormat("nowhere", {"f": {"g": [0, {"v": "int8"}]}})
    assert outer.name == "analysis:result"
    assert outer.resolved is not None
    inner = outer.resolved["f"]
    assert inner.name == "analysis:result.f_type"
    assert inner.resolved["g"][-1].name == "analysis:result.f_type.g_type"
    assert inner.parent == (outer, "f")
    assert outer.storage is None
    with pytest.raises(RuntimeError, match="no name"):
        outer.hash()


def test_one_class_until_the_name_changes(tmp_path: Path) -> None:
    dataformat = DataFormat(str(tmp_path), {"f": {"v": "int8"}, "g": [0, {"v": "int8"}]})
    before = dataformat.type
    assert dataformat.type is before
    assert dataformat.codec is dataformat.codec
    assert before(f={"v": 1}).isclose(dataformat.type(f={"v": 1}))
    dataformat.name = "a-b/c/1"
    after = dataformat.type
    assert after is not before
    assert after.__name__ == "a_b_c_1"
    assert after._name == "a-b/c/1"
    assert after.f._name == "a-b/c/1.f_type"
    assert after.g[-1]._name == "a-b/c/1.g_type"
    assert after(f=before(f={"v": 3}).f).f.v == 3


def test_classes_stay_out_of_pickles() -> None:
    dataformat = DataFormat("nowhere", {"v": [0, {"w": "int8"}]})
    value = {"v": [{"w": 1}]}
    packed = dataformat.type(**value).pack()
    again = pickle.loads(pickle.dumps(dataformat))
    assert again.codec.unpack(packed)[0].as_dict() == value


def test_threads_get_the_same_class() -> None:
    for _ in range(20):
        dataformat = DataFormat("nowhere", {f"f{number}": {"v": "int8"} for number in range(20)})
        start, found = threading.Barrier(4), []

        def ask(dataformat: DataFormat = dataformat, start: Any = start, found: list[Any] = found) -> None:
            start.wait()
            found.append(dataformat.type)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert len(set(found)) == 1


def test_threads_share_a_cache_without_false_recursions(tmp_path: Path) -> None:
    for level in range(30):
        declare(tmp_path, f"u/n{level}/1", {"v": f"u/n{level + 1}/1"} if level < 29 else {"v": "int8"})
    cache: dict[str, Any] = {}
    start, found = threading.Barrier(4), []

    def load() -> None:
        start.wait()
        found.append(DataFormat(str(tmp_path), "u/n0/1", dataformat_cache=cache))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [dataformat.errors for dataformat in found] == [[]] * 4


def test_references_come_from_the_cache(tmp_path: Path) -> None:
    declare(tmp_path, "u/base/1", {"v": "int8"})
    declare(tmp_path, "u/user/1", {"a": "u/base/1", "b": [0, {"c": [2, "u/base/1"]}], "d": "str"})
    cache: dict[str, Any] = {}
    dataformat = DataFormat(str(tmp_path), "u/user/1", dataformat_cache=cache)
    assert cache == {"u/user/1": dataformat, "u/base/1": dataformat.referenced["u/base/1"]}
    assert dataformat.resolved is not None
    assert dataformat.resolved["a"] is cache["u/base/1"]
    assert dataformat.resolved["b"][-1].resolved["c"] == [2, cache["u/base/1"]]
    assert dataformat.resolved["d"] == "string"
    assert dataformat.type.a is dataformat.type.b[-1].c[-1]


def test_extending_copies(tmp_path: Path) -> None:
    declare(tmp_path, "u/a/1", {"x": "int8"})
    declare(tmp_path, "u/b/1", {"y": "int8", "#extends": "u/a/1"})
    declare(tmp_path, "u/c/1", {"#extends": "u/b/1", "z": "int8", "in": {"#extends": "u/a/1", "w": "int8"}})
    cache: dict[str, Any] = {}
    c = DataFormat(str(tmp_path), "u/c/1", dataformat_cache=cache)
    a, b = cache["u/a/1"], cache["u/b/1"]
    assert list(c.resolved or ()) == ["x", "y", "z", "in"]
    assert list(b.resolved) == ["x", "y"]
    assert list(a.resolved) == ["x"]
    assert c.type().as_dict() == {"x": 0, "y": 0, "z": 0, "in": {"x": 0, "w": 0}}
    assert (a.isparent(b), a.isparent(c), b.isparent(c), c.isparent(a), a.isparent(a)) == (True,) * 3 + (False,) * 2
    assert set(c.referenced) == {"u/a/1", "u/b/1"}
    assert (c.extends, a.extends) == ("u/b/1", None)


@pytest.mark.parametrize(
    "holder", [{"v": "u/gone/1"}, {"v": [0, "u/gone/1"]}, {"v": {"w": "u/gone/1"}}, {"v": [0, {"w": "u/gone/1"}]}]
)
def test_missing_references_are_found_wherever_they_are(tmp_path: Path, holder: dict[str, Any]) -> None:
    dataformat = DataFormat(str(tmp_path), holder)
    assert dataformat.errors == ["referred dataformat `u/gone/1' is invalid"]
    problem: Any = dataformat.errors[0]
    assert problem.kind == "reference"
    assert problem.path.startswith("/v")
    assert "file not found" in problem.hint
    with pytest.raises(RuntimeError, match="not valid"):
        _ = dataformat.type


def test_what_cannot_be_read(tmp_path: Path) -> None:
    declare(tmp_path, "u/twice/1", '{"v": "int8", "v": "int8"}')
    declare(tmp_path, "u/list/1", "[]")
    cache: dict[str, Any] = {}
    for name, text in (
        ("u/gone/1", "Dataformat declaration file not found"),
        ("u/twice/1", "Dataformat declaration file invalid"),
        ("u/list/1", "Dataformat declaration file invalid"),
    ):
        found = DataFormat(str(tmp_path), name, dataformat_cache=cache)
        assert cache[name] is found
        assert len(found.errors) == 1
        assert text in found.errors[0]
        assert (found.data, found.resolved, found.extends, found.description) == (None, None, None, None)
    with pytest.raises(RuntimeError, match="invalid dataformat name"):
        DataFormat(str(tmp_path), "u/gone", dataformat_cache=cache)
    assert "u/gone" not in cache


@pytest.mark.parametrize("declared", [[-1, "int8"], [True, "int8"], ["int8"], [0, 5], 5, None, "int33"])
def test_types_that_are_none(declared: Any) -> None:
    assert len(DataFormat("nowhere", {"v": declared}).errors) == 1


def test_recursion(tmp_path: Path) -> None:
    declare(tmp_path, "u/self/1", {"v": {"w": [0, "u/self/1"]}})
    declare(tmp_path, "u/a/1", {"v": "u/b/1", "w": "u/b/1"})
    declare(tmp_path, "u/b/1", {"v": "u/a/1"})
    assert DataFormat(str(tmp_path), "u/self/1").errors == ["recursion for dataformat `u/self/1' detected"]
    assert DataFormat(str(tmp_path), "u/a/1").errors == ["referred dataformat `u/b/1' is invalid"]


def test_deep_nesting_is_cheap(tmp_path: Path) -> None:
    for level in range(60):
        inner = f"u/n{level + 1}/1"
        declare(tmp_path, f"u/n{level}/1", {"l": [0, inner], "r": [0, inner]} if level < 59 else {"v": "int8"})
    began = time.process_time()
    dataformat = DataFormat(str(tmp_path), "u/n0/1")
    assert dataformat.codec.unpack(dataformat.type().pack())[0].as_dict() == {"l": [], "r": []}
    # Anything exponential would never end.
    assert time.process_time() - began < 20


def test_validate(tmp_path: Path) -> None:
    dataformat = DataFormat(str(tmp_path), {"a": "int64", "s": "string"})
    dataformat.validate({"a": 1, "s": "x"})
    packed = dataformat.type(a=1, s="x").pack()
    dataformat.validate(packed)
    (tmp_path / "unit").write_bytes(packed)
    with (tmp_path / "unit").open("rb") as file:
        dataformat.validate(file)
    bad: list[tuple[Any, type[Exception]]] = [
        ({"a": 1}, AttributeError),
        ({"a": 1.5, "s": ""}, TypeError),
        (packed[:-1], struct.error),
    ]
    for data, error in bad:
        with pytest.raises(error):
            dataformat.validate(data)


def test_clashing_fields_cannot_be_exported(tmp_path: Path) -> None:
    declare(tmp_path, "u/base/1", {"v": "int8"})
    declare(tmp_path, "u/top/1", {"v": "int8", "#extends": "u/base/1"})
    dataformat = DataFormat(str(tmp_path), "u/top/1")
    assert "clashes with an attribute with the same" in dataformat.errors[0]
    with pytest.raises(RuntimeError, match="clashes"):
        dataformat.export(str(tmp_path / "target"))


def test_export_takes_everything_along_once(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    declare(source, "u/base/1", {"v": "int8"})
    declare(source, "u/mid/1", {"v": "u/base/1"})
    declare(
        source, "u/top/1", {"v": "u/mid/1", "w": [0, {"x": "u/base/1"}], "#extends": "u/base/1", "#description": "t"}
    )
    dataformat = DataFormat(str(source), "u/top/1")
    assert "clashes" in dataformat.errors[0]
    declare(source, "u/top/1", {"a": "u/mid/1", "w": [0, {"x": "u/base/1"}], "#extends": "u/base/1"})
    dataformat = DataFormat(str(source), "u/top/1")
    dataformat.export(str(target))
    again = DataFormat(str(target), "u/top/1")
    assert again.valid
    assert again.hash() == dataformat.hash()
    assert not list(target.rglob("*~"))
