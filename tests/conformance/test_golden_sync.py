"""Synchronization as beat.core 1.13.5 does it: all of ``sync.json`` (see ``tests/golden/README.md``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.data import (
    CachedDataSink,
    CachedDataSource,
    DataFormat,
    DataSource,
    FileInfos,
    foundSplitRanges,
    getAllFilenames,
    load_data_index,
    mixDataIndices,
)
from beat.backend.python.data_loaders import DataLoader, DataLoaderList
from beat.backend.python.inputs import Input, InputGroup, InputList
from beat.backend.python.outputs import Output, SynchronizationListener

_SYNC = json.loads((Path(__file__).parents[1] / "golden" / "expected" / "sync.json").read_text(encoding="utf-8"))


def cases(kind: str) -> Any:
    return pytest.mark.parametrize("case", _SYNC[kind], ids=lambda case: case["name"])


class NamedPieces(DataSource):
    """Gives ``"<name>#<position>"``."""

    def __init__(self, name: str, pieces: list[list[int]]) -> None:
        super().__init__()
        self.name = name
        self.infos = [FileInfos(0, start, end, 0, 0) for start, end in pieces]

    def __getitem__(self, index: int) -> Any:
        if not 0 <= index < len(self.infos):
            return None, None, None
        return f"{self.name}#{index}", *self.infos[index][1:3]


def triple(unit: Any) -> dict[str, Any]:
    data, start, end = unit
    return {"data": data, "start": start, "end": end}


def lists(values: Any) -> list[list[int]]:
    return [list(value) for value in values]


# -- inputs --------------------------------------------------------------------------------------------------------


def input_list(groups: list[Any]) -> InputList:
    inputs = InputList()
    for declared in groups:
        group = InputGroup(declared["channel"], SynchronizationListener(), declared["restricted"])
        inputs.add(group)
        for name, pieces in declared["inputs"]:
            group.add(Input(name, "orla/level/1", NamedPieces(name, pieces)))
    return inputs


def shape_of(inputs: InputList) -> dict[str, Any]:
    return {
        "by_position": [inputs[position].name for position in range(len(inputs))],
        "groupOf": {item.name: inputs.groupOf(item.name).channel for item in inputs},
        "group_unknown": inputs.group("no such channel"),
        "len": len(inputs),
        "main_group": inputs.main_group and inputs.main_group.channel,
        "nbGroups": inputs.nbGroups(),
        "order": [item.name for item in inputs],
        "past_the_end": inputs[len(inputs)],
        "unknown_name": inputs["no such input"],
    }


def state_of(group: InputGroup) -> dict[str, Any]:
    listener = group.synchronization_listener
    assert listener is not None
    inputs = {}
    for item in group:
        inputs[item.name] = {
            "data": item.data,
            "data_index": item.data_index,
            "data_index_end": item.data_index_end,
            "data_same_as_previous": item.data_same_as_previous,
            "hasDataChanged": item.hasDataChanged(),
            "hasMoreData": item.hasMoreData(),
            "isDataUnitDone": item.isDataUnitDone(),
            "nb_data_blocks_read": item.nb_data_blocks_read,
            "next_data_index": item.next_data_index,
        }
    return {
        "data_index": group.data_index,
        "data_index_end": group.data_index_end,
        "first_data_index": group.first_data_index,
        "last_data_index": group.last_data_index,
        "hasMoreData": group.hasMoreData(),
        "inputs": inputs,
        "listener": [listener.data_index_start, listener.data_index_end],
    }


def step_of(group: InputGroup, inputs: InputList, opened: bool) -> dict[str, Any]:
    closed = group.restricted_access
    if opened:
        group.restricted_access = False
    try:
        group.next()
    except RuntimeError:
        return {"step": "next", "error": "RuntimeError"}
    finally:
        group.restricted_access = closed
    return {"step": "next", **state_of(group), "list_hasMoreData": inputs.hasMoreData()}


@cases("inputs")
def test_inputs_walk(case: dict[str, Any]) -> None:
    inputs = input_list(case["groups"])
    assert shape_of(inputs) == case["shape"]
    for channel, steps in case["walks"].items():
        group = inputs.group(channel)
        assert group is not None
        walk: list[dict[str, Any]] = [{"step": "start", **state_of(group)}]
        if group.restricted_access:
            walk.append(step_of(group, inputs, opened=False))
        while group.hasMoreData():
            walk.append(step_of(group, inputs, opened=True))
            if "error" in walk[-1]:
                break
        else:
            walk.append(step_of(group, inputs, opened=True))
        assert walk == steps


# -- data loaders --------------------------------------------------------------------------------------------------


def items_of(loader: Any) -> list[dict[str, Any]]:
    return [triple(loader[i]) | {"i": i} for i in range(-1, loader.count() + 1)]


def view_of(loader: DataLoader, name: str, index: int) -> dict[str, Any]:
    view = loader.view(name, index)
    assert view is not None
    return {
        "i": index,
        "count": view.count(),
        "counts": {name: view.count(name) for name in view.infos},
        "count_unknown": view.count("no such input"),
        "data_index_start": view.data_index_start,
        "data_index_end": view.data_index_end,
        "items": items_of(view),
    }


def loader_state(loader: DataLoader) -> dict[str, Any]:
    name = next(iter(loader.input_names()))
    return {
        "input_names": list(loader.input_names()),
        "count": loader.count(),
        "counts": {name: loader.count(name) for name in loader.input_names()},
        "count_unknown": loader.count("no such input"),
        "data_index_start": loader.data_index_start,
        "data_index_end": loader.data_index_end,
        "items": items_of(loader),
        "backwards": [triple(loader[i]) | {"i": i} for i in reversed(range(loader.count()))],
        "views": {name: [view_of(loader, name, i) for i in range(loader.count(name))] for name in loader.input_names()},
        "view_before": loader.view(name, -1),
        "view_after": loader.view(name, loader.count(name)),
        "view_unknown": loader.view("no such input", 0),
    }


@cases("loaders")
def test_data_loaders_and_their_views(case: dict[str, Any]) -> None:
    loaders = DataLoaderList()
    for group in case["groups"]:
        loader = DataLoader(group["channel"])
        for name, pieces in group["inputs"]:
            loader.add(name, NamedPieces(name, pieces))
        loaders.add(loader)
    first_input = case["groups"][0]["inputs"][0][0]
    secondaries = loaders.secondaries()
    assert case["shape"] == {
        "by_unknown_channel": loaders["no such channel"],
        "len": len(loaders),
        "loaderOf_first": loaders.loaderOf(first_input).channel,
        "loaderOf_unknown": loaders.loaderOf("no such input"),
        "main_loader": loaders.main_loader.channel,
        "order": [loader.channel for loader in loaders],
        "secondaries": [loader.channel for loader in secondaries],
        "secondaries_main_loader": secondaries.main_loader,
    }
    assert case["loaders"] == {loader.channel: loader_state(loader) for loader in loaders}


# -- outputs and files ---------------------------------------------------------------------------------------------


def read_state(path: Path, prefix: Path, wanted: list[int | None]) -> dict[str, Any]:
    source = CachedDataSource()
    state: dict[str, Any] = {"range": wanted, "setup": source.setup(path, prefix, *wanted)}
    if not state["setup"]:
        return state

    def plain(unit: Any) -> list[Any]:
        return [unit[0] and unit[0].as_dict(), *unit[1:]]

    state["data"] = [[start, end, data.as_dict()] for data, start, end in source]
    state["indices"] = lists(source.data_indices())
    if state["data"]:
        state["first"], state["last"] = source.first_data_index(), source.last_data_index()
        around = range(state["first"] - 1, state["last"] + 2)
        state["getAtDataIndex"] = {str(i): plain(source.getAtDataIndex(i)) for i in around}
    return state


def hex_files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().hex() for path in folder.iterdir()}


@cases("outputs")
def test_outputs_write_cache_files(case: dict[str, Any], golden_prefix: Path, tmp_path: Path) -> None:
    sink = CachedDataSink()
    assert sink.setup(tmp_path / "file.data", DataFormat(str(golden_prefix), case["format"]), *case["range"])
    listener = SynchronizationListener() if case["listener"] else None
    output = Output("out", sink, listener, case["range"][0])
    assert output.isConnected() == case["isConnected"]
    for step in case["steps"]:
        action, error = step["action"], None
        if action["do"] == "interval":
            assert listener is not None
            listener.onIntervalChanged(*action["interval"])
        else:
            try:
                output.write(action["data"], action.get("end"))
            except (KeyError, TypeError, AttributeError) as problem:
                error = type(problem).__name__
        assert step == {
            "action": action,
            "error": error,
            "isDataMissing": output.isDataMissing(),
            "last_written_data_index": output.last_written_data_index,
            "nb_data_blocks_written": output.nb_data_blocks_written,
        }
    output.close()
    assert hex_files(tmp_path) == case["files"]
    for expected in case["reads"]:
        assert read_state(tmp_path / "file.data", golden_prefix, expected["range"]) == expected


@cases("pieces")
def test_entries_in_several_pieces(case: dict[str, Any], golden_prefix: Path, tmp_path: Path) -> None:
    dataformat = DataFormat(str(golden_prefix), case["format"])
    for piece in case["pieces"]:
        sink = CachedDataSink()
        assert sink.setup(tmp_path / "entry.data", dataformat, *piece["range"])
        for start, end, data in piece["data"]:
            sink.write(data, start, end)
        assert sink.close()
    assert hex_files(tmp_path) == case["files"]
    assert load_data_index(tmp_path, "entry.data") == case["load_data_index"]
    for expected in case["getAllFilenames"]:
        found = getAllFilenames(tmp_path / "entry.data", *expected["range"])
        assert [[Path(path).name for path in paths] for paths in found] == expected["result"]
    for expected in case["reads"]:
        assert read_state(tmp_path / "entry.data", golden_prefix, expected["range"]) == expected


# -- functions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", _SYNC["mixDataIndices"])
def test_mixing(case: dict[str, Any]) -> None:
    assert lists(mixDataIndices([[tuple(pair) for pair in pairs] for pairs in case["args"]])) == case["result"]


@pytest.mark.parametrize("case", _SYNC["foundSplitRanges"])
def test_splitting(case: dict[str, Any]) -> None:
    assert lists(foundSplitRanges(case["indices"], case["n"])) == case["result"]
