"""Names, paths and files of stored objects."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python import utils
from beat.backend.python.exceptions import OutputError, RemoteException, UserError
from beat.backend.python.hash import hash as hash_of
from beat.backend.python.hash import toUserPath
from beat.backend.python.storage import split_name


class Plain(utils.Storage):
    asset_type = "plain"
    asset_folder = "plains"


class Coded(utils.CodeStorage):
    asset_type = "coded"
    asset_folder = "codeds"


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# -- names and paths -----------------------------------------------------------------------------------------------


def test_names_are_split_into_their_parts() -> None:
    assert split_name("user/a-b/1", 3, "algorithm") == ["user", "a-b", "1"]


@pytest.mark.parametrize(
    "name", ["a/b", "a/b/c/1", "", "a//1", "../b/1", "a/./1", "a/b/..", "a/b\n/1", "a/b\0/1", "a\\b/c/1"]
)
def test_names_that_could_not_be_paths_are_refused(name: str) -> None:
    with pytest.raises(RuntimeError, match="invalid algorithm name"):
        split_name(name, 3, "algorithm")


def test_users_may_have_hashed_folders(tmp_path: Path) -> None:
    plain = str(tmp_path / "algorithms" / "alice" / "sum" / "1")
    assert utils.hashed_or_simple(tmp_path, "algorithms", "alice/sum/1") == plain
    write(tmp_path / "algorithms/alice/sum/1.json", "{}")
    assert utils.hashed_or_simple(tmp_path, "algorithms", "alice/sum/1") == plain
    hashed = write(tmp_path / "algorithms" / toUserPath("alice") / "sum/1.json", "{}")
    assert utils.hashed_or_simple(tmp_path, "algorithms", "alice/sum/1") + ".json" == str(hashed)
    assert utils.hashed_or_simple(tmp_path, "algorithms", "alice/sum/1", suffix=".txt") == plain
    with pytest.raises(ValueError):
        utils.hashed_or_simple(tmp_path, "algorithms", "alice")


def test_languages_have_extensions() -> None:
    known = {"unknown": "", "python": ".py", "cxx": ".so", "matlab": ".m", "r": ".r"}
    assert {language: utils.extension_for_language(language) for language in known} == known
    with pytest.raises(KeyError):
        utils.extension_for_language("fortran")


def test_files_are_looked_for_in_several_folders(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    found = str(write(second / "a.txt", "a"))
    prefix = utils.Prefix(str(first))
    assert prefix.paths == [str(first)]
    prefix.add(str(second))
    assert prefix.path("a.txt") == found
    assert prefix.path("b.txt") == str(first / "b.txt")
    paths = [str(first)]
    assert utils.Prefix(paths).paths is paths
    assert utils.Prefix(first).paths == [str(first)]
    with pytest.raises(IndexError):
        utils.Prefix().path("a.txt")


# -- files ---------------------------------------------------------------------------------------------------------


def test_text_is_utf8_and_bytes_are_bytes(tmp_path: Path) -> None:
    text = utils.File(str(tmp_path / "deep/er/a.txt"))
    binary = utils.File(text.path, binary=True)
    assert (text.exists(), text.try_load()) == (False, None)
    with pytest.raises(FileNotFoundError):
        text.load()
    text.save("é\r\n")
    assert (text.load(), binary.load()) == ("é\r\n", b"\xc3\xa9\r\n")
    text.save(b"bytes")
    assert (text.load(), binary.try_load()) == ("bytes", b"bytes")
    binary.save("é")
    assert binary.load() == b"\xc3\xa9"


def test_what_a_file_held_goes_to_its_backup(tmp_path: Path) -> None:
    file = utils.File(str(tmp_path / "a.txt"))
    file.backup()
    file.save("one")
    assert os.listdir(tmp_path) == ["a.txt"]
    file.save("two")
    file.save("three")
    assert (tmp_path / "a.txt~").read_text() == "two"
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "a.txt~"]


def test_a_file_in_the_current_folder_can_be_saved_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = utils.File("bare.txt")
    file.save("text")
    assert file.load() == "text"
    file.remove()
    assert os.listdir(tmp_path) == []


def test_a_failed_save_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = utils.File(str(tmp_path / "a.txt"))
    file.save("old")

    def fail(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        file.save("new")
    assert file.load() == "old"
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "a.txt~"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target = write(tmp_path / "target/a.txt", "old")
    link = tmp_path / "a.txt"
    link.symlink_to(target)
    utils.File(str(link)).save("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_removing_takes_backup_and_empty_folder_along(tmp_path: Path) -> None:
    file = utils.File(str(tmp_path / "outer/inner/a.txt"))
    file.save("one")
    file.save("two")
    file.remove()
    file.remove()
    assert os.listdir(tmp_path / "outer") == []
    write(tmp_path / "outer/other.txt", "")
    utils.safe_rmdir(str(tmp_path / "outer/a.txt"))
    assert os.listdir(tmp_path) == ["outer"]
    utils.safe_rmfile(str(tmp_path / "absent"))


# -- storages ------------------------------------------------------------------------------------------------------


def test_storages_must_say_what_they_hold() -> None:
    with pytest.raises(TypeError, match="asset_type"):
        utils.Storage("path")

    class Half(utils.CodeStorage):
        asset_type = "half"

    with pytest.raises(TypeError, match="asset_folder"):
        Half("path")


def test_the_abstract_storage_knows_no_content(tmp_path: Path) -> None:
    class Abstract(utils.AbstractStorage):
        asset_type = asset_folder = "abstract"

    storage = Abstract(str(tmp_path / "a"))
    assert not storage.exists()
    for method in (storage.hash, storage.load, storage.save):
        with pytest.raises(NotImplementedError):
            method()


def test_plain_objects_travel(tmp_path: Path) -> None:
    one, two = Plain(str(tmp_path / "u/one")), Plain(str(tmp_path / "u/two"))
    one.save({"value": "int32"}, "long *text*")
    assert one.load() == ('{\n    "value": "int32"\n}', "long *text*")
    two.save(*one.load())
    assert two.load() == one.load()
    two.save(declaration="{}", description="")
    assert two.load() == ("{}", "long *text*")
    one.remove()
    two.remove()
    assert os.listdir(tmp_path) == []


def test_code_objects_travel(tmp_path: Path) -> None:
    one, two = Coded(str(tmp_path / "one")), Coded(str(tmp_path / "two"))
    one.save('{"language": "r"}', "é", "text")
    assert one.load() == ('{"language": "r"}', b"\xc3\xa9", "text")
    assert one.code.path == str(tmp_path / "one.r")
    two.save(*one.load())
    assert two.load() == one.load()
    assert two.load().code == b"\xc3\xa9"
    assert two.exists()
    two.code.remove()
    assert not two.exists()
    assert two.load().code is None
    two.save(declaration="{}", code=None, description=None)


def test_code_is_removed_whose_language_only_the_declaration_tells(tmp_path: Path) -> None:
    Coded(str(tmp_path / "u/one")).save('{"language": "python"}', b"code")
    Coded(str(tmp_path / "u/one")).remove()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("declaration", ["", "not json", "[]", "3", "{}", '{"language": 3}', '{"language": "fortran"}'])
def test_a_language_that_cannot_be_told_is_unknown(declaration: str, tmp_path: Path) -> None:
    write(tmp_path / "a.json", declaration)
    storage = Coded(str(tmp_path / "a"))
    assert storage.language == "unknown"
    assert storage.code.path == str(tmp_path / "a")


def test_the_language_moves_the_code(tmp_path: Path) -> None:
    storage = Coded(str(tmp_path / "a"), language="matlab")
    assert storage.code.path == str(tmp_path / "a.m")
    storage.language = "cxx"
    assert storage.code.path == str(tmp_path / "a.so")
    assert storage.code.binary


def test_digests_are_those_of_the_original(tmp_path: Path) -> None:
    plain, coded = Plain(str(tmp_path / "plain")), Coded(str(tmp_path / "coded"))
    write(tmp_path / "plain.json", '{"value": "int32"}')
    assert plain.hash() == "07e9dafc99b8f3eabee0e8048b0b2a8ad014c8230f2a90af1c7db3b1f8769462"
    write(tmp_path / "plain.json", '{ "#description": "x",\n "value": "int32"}')
    assert plain.hash("#description") == "07e9dafc99b8f3eabee0e8048b0b2a8ad014c8230f2a90af1c7db3b1f8769462"
    write(tmp_path / "coded.json", '{"description": "d", "language": "r"}')
    declaration = hash_of('{"language": "r"}')
    assert coded.hash() == declaration
    write(tmp_path / "coded.r", b"code")
    write(tmp_path / "coded.rst", b"never counts")
    assert coded.hash() == "d5f40330e0e31528140b6f6ed7a88ed5298285d6f850a971bf1c16514c93d648"


# -- the rest of `utils` and `exceptions` ----------------------------------------------------------------------------


def test_arguments_are_found_by_name() -> None:
    def method(a: int, *rest: int, key: int = 0, **others: int) -> None: ...

    found = {name: utils.has_argument(method, name) for name in ("a", "rest", "key", "others", "b")}
    assert found == {"a": True, "rest": True, "key": True, "others": True, "b": False}


def test_remote_errors_are_of_the_system_or_of_the_user() -> None:
    system, user = RemoteException(b"sys", "broken"), RemoteException("usr", b"wrong")
    assert (system.system_error, system.user_error, str(system)) == ("broken", "", "(sys) broken")
    assert (user.system_error, user.user_error, str(user)) == ("", "wrong", "(usr) wrong")
    assert str(UserError("quoted")) == "'quoted'"
    assert issubclass(OutputError, Exception)
