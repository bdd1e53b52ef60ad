"""Toolchains and experiments of the golden prefix: what they are, what is wrong with them, how they are configured."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from beat.core.experiment import Experiment
from beat.core.schema import validate
from beat.core.toolchain import Toolchain

_EXPECTED = Path(__file__).parents[1] / "golden" / "expected"
_ERRORS = json.loads((_EXPECTED / "errors.json").read_text(encoding="utf-8"))
_SETUP = json.loads((_EXPECTED / "setup.json").read_text(encoding="utf-8"))

_CLASSES: dict[str, Callable[[str, str], Any]] = {"toolchains": Toolchain, "experiments": Experiment}


def _rows(table: Any) -> list[tuple[str, str]]:
    return [(kind, name) for kind in _CLASSES for name in table[kind]]


# What the reference calls some places, and what they are called in the declaration.
_PLACES = {"/connection/": "/connections/", "/analyzer/": "/analyzers/", "/loop/": "/loops/"}
# Places that the reference leaves out, or gets wrong.
_BETTER_PLACES = {
    "invalid/connection_channel/1": "/connections/worker.out->ana.in[#1]/channel",
    "invalid/tomas/orbit/2/loop_input": "/loops/seek/evaluator_inputs/target",
    "invalid/tomas/orbit/2/loop_output": "/loops/seek/processor_outputs/found",
    "invalid/tomas/orbit/2/loop_slots": "/loops/seek/nb_slots",
}


def _place(name: str, where: str) -> str:
    if name in _BETTER_PLACES:
        return _BETTER_PLACES[name]
    for reference, ours in _PLACES.items():
        if where.startswith(reference):
            return ours + where.removeprefix(reference)
    return where


@pytest.mark.parametrize(("kind", "name"), _rows(_ERRORS["valid"]))
def test_valid_objects_are_valid(kind: str, name: str, golden_prefix: Path) -> None:
    loaded = _CLASSES[kind](str(golden_prefix), name)
    assert loaded.errors == []
    assert loaded.valid


@pytest.mark.parametrize(("kind", "name"), _rows(_ERRORS["invalid"]))
def test_invalid_objects_are_invalid_for_the_same_reason(kind: str, name: str, golden_prefix: Path) -> None:
    expected = _ERRORS["invalid"][kind][name]
    errors = _CLASSES[kind](str(golden_prefix), name).errors
    assert len(errors) == len(expected["errors"]), errors
    if expected["where"]:
        assert errors[0].startswith(_place(name, expected["where"])), errors
    else:
        # Free wording, but for its beginning, which names the defect.
        assert errors[0][:30] == expected["errors"][0][:30]


@pytest.mark.parametrize(
    "row", [row for row in _ERRORS["names"] if row["kind"] in _CLASSES], ids=lambda row: row["name"]
)
def test_names(row: dict[str, Any], golden_prefix: Path) -> None:
    load = _CLASSES[row["kind"]]
    if row["raises"]:
        with pytest.raises(RuntimeError):
            load(str(golden_prefix), row["name"])
        return
    loaded = load(str(golden_prefix), row["name"])
    assert loaded.errors == row["errors"]
    assert loaded.name == row.get("label", row["name"])


@pytest.mark.parametrize(("kind", "name"), _rows(_ERRORS["valid"]))
def test_hashes(kind: str, name: str, golden_prefix: Path, golden: Callable[[str], Any]) -> None:
    assert _CLASSES[kind](str(golden_prefix), name).hash() == golden("hashes")["objects"][kind][name]


@pytest.mark.parametrize("name", _ERRORS["valid"]["toolchains"])
def test_members_of_toolchains(name: str, golden_prefix: Path, golden: Callable[[str], Any]) -> None:
    toolchain = Toolchain(str(golden_prefix), name)
    assert {
        "name": toolchain.name,
        "description": toolchain.description,
        "documentation": toolchain.documentation,
        "schema_version": toolchain.schema_version,
        "datasets": sorted(toolchain.datasets),
        "blocks": sorted(toolchain.blocks),
        "loops": sorted(toolchain.loops),
        "analyzers": sorted(toolchain.analyzers),
        "connections": len(toolchain.connections),
    } == golden("objects")["objects"]["toolchains"][name]


@pytest.mark.parametrize("name", _ERRORS["valid"]["experiments"])
def test_members_of_experiments(name: str, golden_prefix: Path, golden: Callable[[str], Any]) -> None:
    experiment = Experiment(str(golden_prefix), name)
    assert experiment.toolchain is not None
    assert {
        "name": experiment.name,
        "description": experiment.description,
        "documentation": experiment.documentation,
        "schema_version": experiment.schema_version,
        "toolchain": experiment.toolchain.name,
        "databases": sorted(experiment.databases),
        "algorithms": sorted(experiment.algorithms),
    } == golden("objects")["objects"]["experiments"][name]


@pytest.mark.parametrize("name", _SETUP["execution_order"])
def test_execution_order(name: str, golden_prefix: Path) -> None:
    order = Toolchain(str(golden_prefix), name).execution_order()
    assert [[item, sorted(needed)] for item, needed in order.items()] == _SETUP["execution_order"][name]


@pytest.mark.parametrize("name", _SETUP["experiments"])
def test_configurations(name: str, golden_prefix: Path) -> None:
    items = Experiment(str(golden_prefix), name).setup()
    assert [
        {"block": item, "dependencies": sorted(row["dependencies"]), "configuration": row["configuration"]}
        for item, row in items.items()
    ] == _SETUP["experiments"][name]


@pytest.mark.parametrize("name", _SETUP["experiments"])
def test_configurations_follow_the_schema_of_executions(name: str, golden_prefix: Path) -> None:
    for item, row in Experiment(str(golden_prefix), name).setup().items():
        assert isinstance(row["dependencies"], set)
        assert validate("execution", row["configuration"])[1] == [], item
        assert json.loads(json.dumps(row["configuration"])) == row["configuration"]


def _lines(source: str) -> list[str]:
    """Split the source of a diagram into statements, in any order and with any quotes.

    The reference forgets line ends after the edges of layouts, and quotes around names with dashes there.
    """
    return sorted(re.sub(r"\s+", " ", line.replace('"', "")).strip() for line in re.split(r"[\t\n]+", source) if line)


@pytest.mark.parametrize(
    ("style", "options"), [("plain", {}), ("titled", {"title": "My title"}), ("layout", {"is_layout": True})]
)
@pytest.mark.parametrize("name", _SETUP["dot"])
def test_diagrams(name: str, style: str, options: dict[str, Any], golden_prefix: Path) -> None:
    source = Toolchain(str(golden_prefix), name).dot_diagram(**options).source
    assert _lines(source) == _lines(_SETUP["dot"][name][style])


@pytest.mark.parametrize("name", _SETUP["experiments"])
def test_experiments_can_be_drawn(name: str, golden_prefix: Path) -> None:
    experiment = Experiment(str(golden_prefix), name)
    source = experiment.dot_diagram().source
    for item, row in experiment.setup().items():
        assert f"<b><u>{item}</u></b><br/>{row['configuration']['algorithm']}<br/>" in source
