"""Libraries as the runtime reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.library import Library, Storage
from beat.backend.python.utils import CodeStorage

Declare = Callable[..., None]


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    def declare(name: str, code: str | None = "", language: str = "python", **uses: str) -> None:
        path = tmp_path / "libraries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        declaration: dict[str, Any] = {"language": language}
        if uses:
            declaration["uses"] = uses
        path.with_name(path.name + ".json").write_text(json.dumps(declaration))
        if code is not None:
            path.with_name(path.name + {"python": ".py", "r": ".r"}[language]).write_text(code)

    return declare


def test_storage(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path), "me/lib/2", "python")
    assert (storage.username, storage.name, storage.version) == ("me", "lib", "2")
    assert (storage.fullname, storage.prefix) == ("me/lib/2", str(tmp_path))
    assert storage.code.path == str(tmp_path / "libraries/me/lib/2.py")
    assert issubclass(Storage, CodeStorage)


@pytest.mark.parametrize("name", ["lib/1", "me/lib/1/2", "me/../1", ""])
def test_names_of_another_shape(tmp_path: Path, name: str) -> None:
    with pytest.raises(RuntimeError, match="invalid library name"):
        Library(str(tmp_path), name)


def test_uses_and_code(tmp_path: Path, declare: Declare) -> None:
    declare("me/base/1", "VALUE = 20")
    declare("me/top/1", "VALUE = b.VALUE + 1", b="me/base/1")
    library = Library(str(tmp_path), "me/top/1")
    assert library.errors == []
    assert library.valid
    assert library.code == b"VALUE = b.VALUE + 1"
    assert list(library.libraries) == ["me/base/1"]
    base = str(tmp_path / "libraries/me/base/1.py")
    assert library.uses_dict() == {"b": {"path": base, "uses": {}}}
    module = library.load()
    assert (module.__name__, module.VALUE) == ("me_top_1", 21)


def test_a_missing_declaration_or_code(tmp_path: Path, declare: Declare) -> None:
    assert "file not found" in Library(str(tmp_path), "me/absent/1").errors[0]
    declare("me/bare/1", code=None)
    library = Library(str(tmp_path), "me/bare/1")
    (error,) = library.errors
    assert "code not found" in error
    assert (library.uses, library.libraries) == ({}, {})


def test_a_failed_library_answers_with_defaults(tmp_path: Path) -> None:
    library = Library(str(tmp_path), "me/absent/1")
    assert (library.data, library.uses, library.language, library.code) == (None, {}, "unknown", None)
    with pytest.raises(RuntimeError, match="language"):
        library.load()


def test_a_library_that_uses_itself(tmp_path: Path, declare: Declare) -> None:
    declare("me/self/1", me="me/self/1")
    (error,) = Library(str(tmp_path), "me/self/1").errors
    assert "recursion for library `me/self/1'" in error


def test_a_ring_is_found_from_each_of_its_members(tmp_path: Path, declare: Declare) -> None:
    declare("me/a/1", b="me/b/1")
    declare("me/b/1", c="me/c/1")
    declare("me/c/1", a="me/a/1")
    for name, used in {"a": "b", "b": "c", "c": "a"}.items():
        library = Library(str(tmp_path), f"me/{name}/1")
        assert library.errors == [f"referred library `me/{used}/1' ({used}) is not valid"]
        with pytest.raises(RuntimeError, match=f"referred library `me/{used}/1'"):
            library.uses_dict()


def test_the_cache_gives_one_object_per_name(tmp_path: Path, declare: Declare) -> None:
    declare("me/base/1")
    declare("me/left/1", base="me/base/1")
    declare("me/right/1", base="me/base/1")
    cache: dict[str, Any] = {}
    left = Library(str(tmp_path), "me/left/1", cache)
    right = Library(str(tmp_path), "me/right/1", cache)
    absent = Library(str(tmp_path), "me/absent/1", cache)
    assert left.libraries["me/base/1"] is right.libraries["me/base/1"] is cache["me/base/1"]
    assert cache["me/left/1"] is left
    assert cache["me/absent/1"] is absent


def test_loading_a_cached_name_again_is_no_recursion(tmp_path: Path, declare: Declare) -> None:
    declare("me/base/1")
    declare("me/top/1", base="me/base/1")
    cache: dict[str, Any] = {}
    assert Library(str(tmp_path), "me/top/1", cache).valid
    assert Library(str(tmp_path), "me/top/1", cache).valid


def test_a_name_that_no_library_can_have(tmp_path: Path, declare: Declare) -> None:
    declare("me/top/1", bad="../../1")
    (error,) = Library(str(tmp_path), "me/top/1").errors
    assert "referred library `../../1' (bad) is not valid" in error


def test_languages_must_agree(tmp_path: Path, declare: Declare) -> None:
    declare("me/base/1", language="r")
    declare("me/top/1", base="me/base/1")
    library = Library(str(tmp_path), "me/top/1")
    (error,) = library.errors
    assert "differs from current language" in error
    library.language = "r"
    assert library.errors == []
    assert library.storage.code.path.endswith("/me/top/1.r")
    library.language = "python"
    library.language = "matlab"
    assert len(library.errors) == 1
    library.language = "unknown"
    assert library.errors == []


def test_only_python_is_loaded(tmp_path: Path, declare: Declare) -> None:
    declare("me/other/1", language="r")
    with pytest.raises(RuntimeError, match="only Python can be loaded"):
        Library(str(tmp_path), "me/other/1").load()


def test_uses_can_be_set(tmp_path: Path, declare: Declare) -> None:
    declare("me/base/1")
    library = Library(str(tmp_path), "me/base/1")
    assert library.data["uses"] == {}
    library.uses = {"x": "me/x/1"}
    assert '"x": "me/x/1"' in str(library)
    with pytest.raises(RuntimeError):
        library.uses = ["me/x/1"]


def test_export_brings_everything_that_is_used(tmp_path: Path, declare: Declare) -> None:
    declare("me/base/1", "VALUE = 1")
    declare("me/middle/1", "VALUE = base.VALUE", base="me/base/1")
    declare("me/top/1", "VALUE = middle.VALUE", middle="me/middle/1", base="me/base/1")
    target = tmp_path / "target"
    Library(str(tmp_path), "me/top/1").export(str(target))
    assert not list(target.rglob("*~"))
    assert Library(str(target), "me/top/1").load().VALUE == 1
    with pytest.raises(RuntimeError):
        Library(str(tmp_path), "me/top/1").export(str(tmp_path))
