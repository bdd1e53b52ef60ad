"""Declarations that mean harm are refused at once, in `errors`, and nothing outside the prefix is touched."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from beat.core import catalog
from beat.core.algorithm import Algorithm
from beat.core.database import Database
from beat.core.dataformat import DataFormat
from beat.core.experiment import Experiment
from beat.core.library import Library
from beat.core.plotter import Plotter
from beat.core.plotterparameter import Plotterparameter
from beat.core.protocoltemplate import ProtocolTemplate
from beat.core.toolchain import Toolchain

CLASSES: dict[str, Any] = {
    "algorithm": Algorithm,
    "database": Database,
    "dataformat": DataFormat,
    "experiment": Experiment,
    "library": Library,
    "plotter": Plotter,
    "plotterparameter": Plotterparameter,
    "protocoltemplate": ProtocolTemplate,
    "toolchain": Toolchain,
}
SECONDS = 5


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """Fail what takes long: all of these take milliseconds, of which a slow machine may make more."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < SECONDS


@pytest.fixture(params=sorted(CLASSES))
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def name_of(kind: str) -> str:
    return "/".join(["me"] * (catalog.name_parts(kind) - 1) + ["1"])


def place(prefix: Path, kind: str) -> Path:
    """Give the path of a declaration whose folder exists."""
    path = prefix / catalog.FOLDERS[kind] / f"{name_of(kind)}.json"
    path.parent.mkdir(parents=True)
    return path


def errors(prefix: Path, kind: str) -> list[str]:
    problems: list[str] = CLASSES[kind](str(prefix), name_of(kind)).errors
    return problems


CONTENTS = {
    "10 000 objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "10 000 lists": b"[" * 10_000 + b"]" * 10_000,
    "half of it": b"[" * 100_000,
    "65 objects": b'{"a":' * 65 + b"1" + b"}" * 65,
    "50 MB in a text": b'{"description": "' + b"x" * 50_000_000 + b'"}',
    "50 MB in a list": b'{"a": [' + b"1," * 25_000_000 + b"1]}",
    "nothing": b"",
    "NUL": b"\0" * 10,
    "no UTF-8": b'{"description": "\xff\xfe"}',
    "UTF-16": "{}".encode("utf-16"),
    "mark only": b"\xef\xbb\xbf",
    "number": b"1",
    "null": b"null",
    "text": b'"me/me/1"',
    "list": b"[{}]",
    "NaN": b'{"schema_version": NaN}',
    "infinity": b'{"schema_version": 1e400, "#schema_version": 1e400}',
    "digits": b'{"schema_version": ' + b"9" * 100_000 + b"}",
    "surrogate": b'{"description": "\\ud800", "#description": "\\ud800"}',
    **{
        f"version {version}": f'{{"schema_version": {version}, "#schema_version": {version}}}'.encode()
        for version in ("true", '"1"', "null", "[1]", "{}", "1.5", "0", "-1", "99", "1e300", str(10**50))
    },
}


@pytest.mark.parametrize("content", CONTENTS)
def test_contents(kind: str, content: str, tmp_path: Path) -> None:
    place(tmp_path, kind).write_bytes(CONTENTS[content])
    assert errors(tmp_path, kind)


PLACES: dict[str, Callable[[Path], None]] = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "link to itself": lambda path: path.symlink_to(path),
    "link to nothing": lambda path: path.symlink_to(path.parent / "absent"),
}


@pytest.mark.parametrize("what", PLACES)
def test_what_stands_in_place_of_a_declaration(kind: str, what: str, tmp_path: Path) -> None:
    PLACES[what](place(tmp_path, kind))
    assert len(errors(tmp_path, kind)) == 1


@pytest.mark.parametrize("what", PLACES)
@pytest.mark.parametrize("kind", ["library", "algorithm", "plotter", "database"], indirect=True)
def test_what_stands_in_place_of_code(kind: str, what: str, tmp_path: Path, golden_prefix: Path) -> None:
    declarations = (golden_prefix / catalog.FOLDERS[kind] / "orla").rglob("*.json")
    if kind == "database":
        declarations = (golden_prefix / "databases").glob("beacons/*.json")
    path = place(tmp_path, kind)
    path.write_bytes(min(declarations).read_bytes())
    PLACES[what](path.with_suffix(".py"))
    [error] = errors(tmp_path, kind)
    assert "code" in error


def nested(depth: int) -> dict[str, Any]:
    outer: dict[str, Any] = {}
    inner = outer
    for _ in range(depth):
        inner["a"] = {}
        inner = inner["a"]
    return outer


def endless() -> dict[str, Any]:
    declaration: dict[str, Any] = {}
    declaration["a"] = declaration
    return declaration


@pytest.mark.parametrize("make", [lambda: nested(10_000), endless])
def test_objects_nested_without_end(kind: str, make: Callable[[], dict[str, Any]], tmp_path: Path) -> None:
    declaration = make()
    data = (declaration, declaration) if kind == "experiment" else declaration
    [error] = CLASSES[kind](str(tmp_path), data).errors
    assert "nested deeper" in error


@pytest.mark.parametrize("key", ["#extends", "field"])
def test_chains_and_circles_of_formats(key: str, tmp_path: Path) -> None:
    folder = tmp_path / "dataformats" / "me" / "link"
    folder.mkdir(parents=True)
    for i in range(2000):
        (folder / f"{i}.json").write_text(json.dumps({key: f"me/link/{i + 1}"}))
    [error] = DataFormat(str(tmp_path), "me/link/0").errors
    assert error == "referred dataformat `me/link/1' is invalid"
    (folder / "2.json").write_text(json.dumps({key: "me/link/0"}))
    [error] = DataFormat(str(tmp_path), "me/link/0").errors
    assert error == "referred dataformat `me/link/1' is invalid"
    (folder / "0.json").write_text(json.dumps({key: "me/link/0"}))
    [error] = DataFormat(str(tmp_path), "me/link/0").errors
    assert error == "recursion for dataformat `me/link/0' detected"


def test_chains_and_circles_of_libraries(tmp_path: Path) -> None:
    folder = tmp_path / "libraries" / "me" / "link"
    folder.mkdir(parents=True)
    for i in range(2000):
        (folder / f"{i}.json").write_text(json.dumps({"language": "python", "uses": {"a": f"me/link/{i + 1}"}}))
        (folder / f"{i}.py").touch()
    [error] = Library(str(tmp_path), "me/link/0").errors
    assert error.startswith("referred library `me/link/1'")
    (folder / "2.json").write_text(json.dumps({"language": "python", "uses": {"a": "me/link/0"}}))
    [error] = Library(str(tmp_path), "me/link/0").errors
    assert error.startswith("referred library `me/link/1'")


def test_many_bad_references(tmp_path: Path) -> None:
    assert len(DataFormat(str(tmp_path), {f"f{i}": f"no/such/{i}" for i in range(5000)}).errors) == 5000


@pytest.mark.parametrize(
    "name", ["../../me/1", "/etc/passwd/1", "me/../1", "me/num/1/../1", "me/num/1\n", "me/num\0/1"]
)
def test_references_cannot_leave_the_prefix(name: str, tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    prefix.mkdir()
    (tmp_path / "me").mkdir()
    (tmp_path / "me" / "1.json").write_text("{}")
    template = {"schema_version": 1, "sets": [{"name": "a", "outputs": {"a": name}}]}
    algorithm = {
        "language": "python",
        "splittable": False,
        "groups": [{"inputs": {"a": {"type": name}}, "outputs": {"b": {"type": name}}}],
        "uses": {"a": name},
    }
    declared = [
        DataFormat(str(prefix), {"#extends": name}),
        DataFormat(str(prefix), {"a": name}),
        DataFormat(str(prefix), {"a": [0, name]}),
        Library(str(prefix), {"language": "python", "uses": {"a": name}}),
        Algorithm(str(prefix), algorithm),
        Plotter(str(prefix), {"language": "python", "parameters": {}, "dataformat": name}),
        Plotterparameter(str(prefix), {"plotter": name, "data": {}}),
    ]
    assert all(made.errors for made in declared)
    made = ProtocolTemplate(str(prefix), template)
    assert made.errors or not made.dataformats
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["1.json", "me", "prefix"]
