"""What all declared objects share: name, files, description, documentation, digest, writing and exporting."""

from __future__ import annotations

import copy
import io
import pickle
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.asset import Asset, CodeAsset
from beat.backend.python.problems import Problem, suggest
from beat.backend.python.storage import CodeStorage, Storage, split_name


class ThingStorage(Storage):
    asset_type, asset_folder = "thing", "things"

    def __init__(self, prefix: str, name: str) -> None:
        self.prefix, self.fullname = prefix, name
        self.username, self.name, self.version = split_name(name, 3, "thing")
        super().__init__(str(Path(prefix, "things", name)))


class Thing(Asset):
    kind, title, noun = "thing", "Thing", "thing"
    storage_type = ThingStorage

    def __init__(self, prefix: Path, name: str | None = None, data: Any = None) -> None:
        self._start(str(prefix))
        if name:
            self._load_named(name)
        else:
            self.data = data


class MachineStorage(CodeStorage):
    asset_type, asset_folder = "machine", "machines"

    def __init__(self, prefix: str, name: str, language: str | None = None) -> None:
        self.prefix, self.fullname = prefix, name
        super().__init__(str(Path(prefix, "machines", name)), language)


class Machine(CodeAsset):
    kind, title, noun = "machine", "Machine", "machine"
    storage_type = MachineStorage

    def __init__(self, prefix: Path, name: str | None = None, data: Any = None) -> None:
        self._start(str(prefix))
        if not name:
            self.data = data
        elif self._load_named(name):
            self._load_code()


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    storage = ThingStorage(str(tmp_path), "user/name/1")
    storage.save('{"b": 1, "description": "short", "a": 2}', "long")
    machine = MachineStorage(str(tmp_path), "user/press/1", "python")
    machine.save('{"language": "python"}', b"code")
    return tmp_path


def test_a_named_object_comes_from_its_file(prefix: Path) -> None:
    thing = Thing(prefix, "user/name/1")
    assert (thing.errors, thing.valid, thing.name) == ([], True, "user/name/1")
    assert list(thing.data) == ["b", "description", "a"]
    assert (thing.description, thing.documentation, thing.schema_version) == ("short", "long", 1)
    assert thing.hash() == thing.storage.hash()
    assert thing.json_dumps(indent=None) == '{"b": 1, "description": "short", "a": 2}'
    assert str(thing) == thing.json_dumps()


@pytest.mark.parametrize(
    ("content", "kind", "fragment"),
    [
        (None, "missing", "Thing declaration file not found: user/name/1"),
        ("{", "syntax", "Thing declaration file invalid"),
        ('{"a": 1, "a": 2}', "syntax", "a found several times"),
        ("[]", "syntax", "not a JSON object"),
        ("[" * 100_000, "syntax", "nested too deeply"),
    ],
)
def test_a_declaration_that_cannot_be_read_is_one_problem(
    content: str | None, kind: str, fragment: str, prefix: Path
) -> None:
    path = prefix / "things/user/name/1.json"
    path.unlink() if content is None else path.write_text(content)
    thing = Thing(prefix, "user/name/1")
    (problem,) = thing.errors
    assert isinstance(problem, Problem)
    assert fragment in problem
    assert problem.kind == kind
    assert (thing.valid, thing.data, thing.description, thing.schema_version) == (False, None, None, 1)


def test_an_object_without_a_name_has_no_files(prefix: Path) -> None:
    thing = Thing(prefix, data={"a": 1})
    assert (thing.name, thing.storage, thing.valid) == ("__unnamed_thing__", None, True)
    for use in (thing.hash, thing.write, lambda: thing.documentation, lambda: thing.export("elsewhere")):
        with pytest.raises(RuntimeError, match="thing has no name"):
            use()
    with pytest.raises(RuntimeError, match="thing has no name"):
        thing.documentation = "text"


def test_setting_a_name_gives_files(prefix: Path) -> None:
    thing = Thing(prefix, data={"a": 1})
    thing.name = "user/other/2"
    thing.write()
    assert (prefix / "things/user/other/2.json").read_text() == '{\n    "a": 1\n}'
    with pytest.raises(RuntimeError, match="invalid thing name"):
        thing.name = "other/2"
    assert thing.name == "user/other/2"


def test_documentation_is_written_at_once(prefix: Path) -> None:
    thing = Thing(prefix, "user/name/1")
    thing.documentation = "new é"
    assert (prefix / "things/user/name/1.rst").read_text(encoding="utf-8") == "new é"
    thing.documentation = io.StringIO("newer")
    assert Thing(prefix, "user/name/1").documentation == "newer"
    (prefix / "things/user/name/1.rst").unlink()
    assert thing.documentation is None


def test_the_short_description_never_replaces_the_documentation(prefix: Path) -> None:
    thing = Thing(prefix, "user/name/1")
    thing.description = "shorter"
    thing.write()
    assert (thing.data["description"], thing.documentation) == ("shorter", "long")
    target = ThingStorage(str(prefix), "user/copy/1")
    thing.write(target)
    assert target.load() == (str(thing), "long")
    thing.storage.doc.remove()
    thing.write(target)
    assert target.doc.load() == "long"
    thing.write()
    assert thing.documentation == "shorter"


def test_exporting_takes_the_documentation_along(prefix: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    thing = Thing(prefix, "user/name/1")
    thing.export(str(other))
    copied = Thing(other, "user/name/1")
    assert (copied.data, copied.documentation) == (thing.data, "long")
    with pytest.raises(RuntimeError, match="its own prefix"):
        thing.export(str(prefix))
    thing.errors.append("something")
    with pytest.raises(RuntimeError, match="is not valid:\n  \\* something"):
        thing.export(str(other))


def test_code_comes_with_the_declaration(prefix: Path) -> None:
    machine = Machine(prefix, "user/press/1")
    assert (machine.valid, machine.language, machine.code) == (True, "python", b"code")
    target = MachineStorage(str(prefix), "user/copy/1")
    machine.write(target)
    assert target.load() == (str(machine), b"code", None)
    (prefix / "machines/user/press/1.py").unlink()
    (problem,) = Machine(prefix, "user/press/1").errors
    assert problem == f"Machine code not found: {prefix}/machines/user/press/1.py"


def test_what_could_not_be_read_is_not_written(prefix: Path) -> None:
    broken = prefix / "things/user/broken/1.json"
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_text('{"half')
    with pytest.raises(RuntimeError, match="no declaration to write"):
        Thing(prefix, "user/broken/1").write()
    assert broken.read_text() == '{"half'
    assert [path.name for path in broken.parent.iterdir()] == ["1.json"]


def test_code_in_an_unknown_language_cannot_be_written_or_named(prefix: Path) -> None:
    machine = Machine(prefix, data={"language": "unknown"})
    with pytest.raises(RuntimeError, match="no programming language"):
        machine.name = "user/press/2"
    with pytest.raises(RuntimeError, match="no programming language"):
        machine.write()
    machine.language = "r"
    machine.name = "user/press/2"
    machine.language = "matlab"
    assert machine.storage.code.path == f"{prefix}/machines/user/press/2.m"
    machine.code = "text"
    machine.write()
    assert (prefix / "machines/user/press/2.m").read_text() == "text"


def test_problems_are_texts_that_keep_their_pieces() -> None:
    problem = Problem("/a: wrong", path="/a", kind="value", hint="be right")
    for same in (copy.deepcopy(problem), pickle.loads(pickle.dumps(problem))):
        assert same == "/a: wrong"
        assert (same.path, same.kind, same.hint) == ("/a", "value", "be right")
    assert Problem("alone").path == ""
    assert suggest("ehco", ["echo", "sum"]) == "did you mean `echo'?"
    assert suggest("xyz", ["echo", "sum"]) == ""
