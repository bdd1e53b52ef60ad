"""Toolchains: their storage, members, checks and hints."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest

from beat.core.toolchain import Storage, Toolchain
from beat.core.workflow.items import toolchain_items

FLOW: dict[str, Any] = {
    "schema_version": 2,
    "description": "one of each",
    "datasets": [{"name": "data", "outputs": ["x", "y"]}],
    "blocks": [{"name": "echo", "synchronized_channel": "data", "inputs": ["in"], "outputs": ["out"]}],
    "loops": [
        {
            "name": "seek",
            "synchronized_channel": "data",
            "processor_inputs": ["p"],
            "processor_outputs": ["q"],
            "evaluator_inputs": ["e"],
            "evaluator_outputs": ["f"],
        }
    ],
    "analyzers": [{"name": "judge", "synchronized_channel": "data", "inputs": ["a", "b"]}],
    "connections": [
        {"from": "data.x", "to": "echo.in", "channel": "data"},
        {"from": "echo.out", "to": "seek.p", "channel": "data"},
        {"from": "data.y", "to": "seek.e", "channel": "data"},
        {"from": "seek.q", "to": "judge.a", "channel": "data"},
        {"from": "seek.f", "to": "judge.b", "channel": "data"},
    ],
    "representation": {"connections": {}, "blocks": {}, "channel_colors": {"data": "#5555ff"}},
}


@pytest.fixture
def flow() -> dict[str, Any]:
    return copy.deepcopy(FLOW)


def only_problem(flow: dict[str, Any]) -> Any:
    toolchain = Toolchain("nowhere", flow)
    assert not toolchain.valid
    assert len(toolchain.errors) == 1, toolchain.errors
    return toolchain.errors[0]


# -- members ---------------------------------------------------------------------------------------------------------


def test_a_declaration_is_kept_not_copied(flow: dict[str, Any]) -> None:
    toolchain = Toolchain("nowhere", flow)
    assert toolchain.valid, toolchain.errors
    assert toolchain.data is flow
    assert toolchain.connections is flow["connections"]
    assert toolchain.name == "__unnamed_toolchain__"
    assert toolchain.storage is None
    assert toolchain.description == "one of each"
    assert toolchain.schema_version == 2


def test_members_by_name(flow: dict[str, Any]) -> None:
    toolchain = Toolchain("nowhere", flow)
    assert list(toolchain.datasets) == ["data"]
    assert list(toolchain.blocks) == ["echo"]
    assert list(toolchain.loops) == ["seek"]
    assert list(toolchain.analyzers) == ["judge"]
    assert [toolchain.algorithm_item(name) for name in ("echo", "seek", "judge")] == [
        flow["blocks"][0],
        flow["loops"][0],
        flow["analyzers"][0],
    ]
    assert toolchain.algorithm_item("data") is None
    assert toolchain.algorithm_item("nobody") is None


def test_a_loop_has_two_parts_and_an_analyzer_one_without_outputs(flow: dict[str, Any]) -> None:
    ports = {item.name: [(part.inputs, list(part.outputs)) for part in item.parts] for item in toolchain_items(flow)}
    assert ports == {"echo": [(["in"], ["out"])], "seek": [(["p"], ["q"]), (["e"], ["f"])], "judge": [(["a", "b"], [])]}


def test_dependencies_leave_datasets_out(flow: dict[str, Any]) -> None:
    toolchain = Toolchain("nowhere", flow)
    assert toolchain.dependencies("echo") == set()
    assert toolchain.dependencies("seek") == {"echo"}
    assert toolchain.dependencies("judge") == {"seek"}
    assert toolchain.dependencies("nobody") == set()


def test_nothing_gives_an_empty_valid_toolchain() -> None:
    toolchain = Toolchain("nowhere", None)
    assert toolchain.valid
    assert toolchain.execution_order() == {}
    assert toolchain.datasets == toolchain.blocks == toolchain.loops == toolchain.analyzers == {}


# -- storage ---------------------------------------------------------------------------------------------------------


def test_storage_knows_the_parts_of_the_name(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path), "me/flow/1")
    assert (storage.username, storage.name, storage.version, storage.fullname) == ("me", "flow", "1", "me/flow/1")
    assert storage.json.path == str(tmp_path / "toolchains" / "me" / "flow" / "1.json")


@pytest.mark.parametrize("name", ["flow/1", "me/flow/1/2", "me/../1", ""])
def test_storage_refuses_other_names(name: str) -> None:
    with pytest.raises(RuntimeError, match=r"^invalid toolchain name"):
        Storage("nowhere", name)


def test_written_toolchains_are_read_back(tmp_path: Path, flow: dict[str, Any]) -> None:
    toolchain = Toolchain(str(tmp_path), flow)
    with pytest.raises(RuntimeError, match="toolchain has no name"):
        toolchain.write()
    toolchain.name = "me/flow/1"
    toolchain.write()
    again = Toolchain(str(tmp_path), "me/flow/1")
    assert again.valid, again.errors
    assert again.data == flow
    assert again.name == "me/flow/1"
    assert again.hash() == toolchain.hash()


def test_a_missing_file_is_one_error(tmp_path: Path) -> None:
    toolchain = Toolchain(str(tmp_path), "me/nothing/1")
    assert toolchain.errors == ["Toolchain declaration file not found: me/nothing/1"]
    assert toolchain.data is None
    assert toolchain.connections == []
    assert toolchain.datasets == toolchain.execution_order() == {}
    assert toolchain.dependencies("echo") == set()
    assert toolchain.description is None


def test_bad_json_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "toolchains" / "me" / "bad"
    path.mkdir(parents=True)
    (path / "1.json").write_text('{"blocks": [', encoding="utf-8")
    toolchain = Toolchain(str(tmp_path), "me/bad/1")
    assert len(toolchain.errors) == 1
    assert "invalid JSON" in toolchain.errors[0]


# -- checks ----------------------------------------------------------------------------------------------------------


def test_misspelt_channel_gets_a_hint(flow: dict[str, Any]) -> None:
    flow["blocks"][0]["synchronized_channel"] = "dota"
    problem = only_problem(flow)
    assert problem == "/blocks/echo[#0]/synchronized_channel: invalid synchronization channel 'dota'"
    assert problem.path == "/blocks/0/synchronized_channel"
    assert problem.hint == "did you mean `data'?"


def test_misspelt_output_gets_a_hint(flow: dict[str, Any]) -> None:
    flow["connections"][1]["from"] = "echo.aut"
    problem = only_problem(flow)
    assert problem == "/connections/echo.aut->seek.p[#1]/: invalid output endpoint 'echo.aut'"
    assert problem.path == "/connections/1/from"
    assert problem.hint == "did you mean `echo.out'?"


def test_only_a_dot_joins_name_and_port(flow: dict[str, Any]) -> None:
    flow["connections"][1]["from"] = "echo/out"
    assert "invalid output endpoint 'echo/out'" in only_problem(flow)


def test_unconnected_inputs_are_one_sorted_entry(flow: dict[str, Any]) -> None:
    flow["analyzers"][0]["inputs"] += ["z", "c"]
    flow["blocks"][0]["inputs"] += ["more"]
    assert only_problem(flow) == "input(s) `echo.more, judge.c, judge.z' remain unconnected"


def test_connection_channel_shows_its_position(flow: dict[str, Any]) -> None:
    flow["connections"][3]["channel"] = "other"
    problem = only_problem(flow)
    assert problem == "/connections/seek.q->judge.a[#3]/channel: invalid synchronization channel 'other'"


def test_loops_need_version_two(flow: dict[str, Any]) -> None:
    flow["schema_version"] = 1
    assert Toolchain("nowhere", flow).errors


@pytest.mark.parametrize("hostile", [5, 1.5, [], [1, 2], True, b"xx", object(), {"schema_version": "x"}, {1: 2}, {}])
def test_what_is_no_declaration_ends_in_errors(hostile: Any) -> None:
    assert Toolchain("nowhere", hostile).errors


@pytest.mark.parametrize("name", [None, 5, [], {}, "", "a.b", "a\n"])
@pytest.mark.parametrize("section", ["datasets", "blocks", "loops", "analyzers"])
def test_strange_names_end_in_errors(flow: dict[str, Any], section: str, name: Any) -> None:
    flow[section][0]["name"] = name
    assert Toolchain("nowhere", flow).errors


# -- order -----------------------------------------------------------------------------------------------------------


def test_a_cycle_is_named(flow: dict[str, Any]) -> None:
    flow["blocks"].append({"name": "back", "synchronized_channel": "data", "inputs": ["in"], "outputs": ["out"]})
    flow["connections"][0]["from"] = "back.out"
    flow["connections"].append({"from": "echo.out", "to": "back.in", "channel": "data"})
    problem = only_problem(flow)
    assert "echo -> back -> echo" in problem or "back -> echo -> back" in problem
    assert problem.kind == "recursion"
    with pytest.raises(RuntimeError, match="is a cycle"):
        Toolchain("nowhere", flow).execution_order()


def test_a_block_that_feeds_itself_is_a_cycle(flow: dict[str, Any]) -> None:
    flow["connections"][0]["from"] = "echo.out"
    assert "echo -> echo" in only_problem(flow)


def test_items_of_one_name_have_no_order(flow: dict[str, Any]) -> None:
    flow["analyzers"][0]["name"] = "echo"
    toolchain = Toolchain("nowhere", flow)
    assert sum("duplicated name" in error for error in toolchain.errors) == 1
    with pytest.raises(RuntimeError, match="several items called `echo'"):
        toolchain.execution_order()


def chain(length: int, wrong: str = "") -> dict[str, Any]:
    """A chain of blocks, listed backwards; `wrong` is appended to the source of each connection."""
    names = [f"b{i}" for i in range(length)]
    return {
        "datasets": [{"name": "data", "outputs": ["x"]}],
        "blocks": [
            {"name": name, "synchronized_channel": "data", "inputs": ["in"], "outputs": ["out"]}
            for name in reversed(names)
        ],
        "analyzers": [],
        "connections": [
            {"from": f"{source}{wrong}", "to": f"{name}.in", "channel": "data"}
            for source, name in zip(["data.x", *(f"{name}.out" for name in names)], names, strict=False)
        ],
        "representation": {"connections": {}, "blocks": {}, "channel_colors": {}},
    }


def test_long_chains_are_ordered_in_linear_time() -> None:
    toolchain = Toolchain("nowhere", chain(10_000))
    assert toolchain.valid, toolchain.errors[:3]
    start = time.process_time()
    order = toolchain.execution_order()
    assert time.process_time() - start < 1.0
    assert list(order) == [f"b{i}" for i in range(10_000)]


def test_thousands_of_mistakes_end_quickly() -> None:
    start = time.process_time()
    toolchain = Toolchain("nowhere", chain(10_000, wrong="s"))
    assert time.process_time() - start < 5.0
    assert len(toolchain.errors) == 10_000
    assert len(json.dumps(toolchain.errors)) < 10_000_000
