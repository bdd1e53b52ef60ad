"""What objects made from nothing hold."""

from __future__ import annotations

import types
from typing import Any

import pytest

from beat.core import prototypes

DECLARED = {
    "dataformat": {},
    "library": {"language": "unknown"},
    "plotter": {"dataformat": "plot/unknown/1", "language": "unknown", "parameters": {}},
    "plotterparameter": {"plotter": "plot/unknown/1", "description": "", "data": {}},
    "protocoltemplate": {
        "schema_version": 1,
        "sets": [{"name": "name", "outputs": {"out": "user/single_integer/1"}}],
    },
    "toolchain": {
        "blocks": [],
        "datasets": [],
        "connections": [],
        "analyzers": [],
        "representation": {"connections": {}, "blocks": {}, "channel_colors": {}},
    },
    "database": {
        "schema_version": 2,
        "root_folder": "/tmp/foo/bar",
        "protocols": [{"name": "foo", "template": "bar/1", "views": {"foo": {"view": "FooView"}}}],
    },
    "algorithm": {
        "schema_version": 2,
        "api_version": 2,
        "type": "sequential",
        "language": "unknown",
        "splittable": False,
        "parameters": {},
        "groups": [
            {
                "name": "main",
                "inputs": {"in_data": {"type": "author/dataformat/1"}},
                "outputs": {"out_data": {"type": "author/dataformat/1"}},
            }
        ],
    },
    "statistics": {
        "cpu": {
            "user": 0.0,
            "system": 0.0,
            "total": 0.0,
            "context_switches": {"voluntary": 0, "involuntary": 0},
        },
        "memory": {"rss": 0.0},
        "data": {
            "volume": {"read": 0.0, "write": 0.0},
            "blocks": {"read": 0, "write": 0},
            "time": {"read": 0.0, "write": 0.0},
            "network": {"wait_time": 0.0},
            "files": [],
        },
    },
}


@pytest.mark.parametrize("name", DECLARED)
def test_declarations_are_valid(name: str) -> None:
    assert prototypes.load(name) == (DECLARED[name], [])


def test_each_declaration_is_new() -> None:
    prototypes.load("library")[0]["language"] = "python"
    assert prototypes.load("library")[0]["language"] == "unknown"


def run(name: str) -> dict[str, Any]:
    module = types.ModuleType(name)
    exec(compile(prototypes.binary_load(f"{name}.py"), name, "exec"), module.__dict__)
    return module.__dict__


def test_code_has_the_classes_that_are_looked_for() -> None:
    assert run("algorithm")["Algorithm"]().process(None, None, None) is True
    assert run("plotter")["Plotter"]().process(None) is None
    assert [name for name in run("library") if not name.startswith("__")] == []


def test_the_view_gives_one_number() -> None:
    view = run("database")["FooView"]()
    view.setup("/tmp/foo/bar", {}, view.index("/tmp/foo/bar", {}))
    value = view.get("out", 0)["value"]
    assert (value, value.dtype.name) == (42, "int32")


def test_there_is_no_prototype_of_an_experiment() -> None:
    for load in (prototypes.load, lambda name: prototypes.binary_load(f"{name}.json")):
        with pytest.raises(FileNotFoundError):
            load("experiment")
