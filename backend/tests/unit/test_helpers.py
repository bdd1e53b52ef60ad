"""From configurations to inputs and outputs."""

from __future__ import annotations

import os
from typing import Any

import pytest

from beat.backend.python.data import CachedDataSink, RemoteDataSource
from beat.backend.python.dataformat import DataFormat
from beat.backend.python.helpers import (
    AccessMode,
    convert_experiment_configuration_to_container,
    create_inputs_from_configuration,
    create_outputs_from_configuration,
    parse_inputs,
    parse_outputs,
)

BODY = "def process(self, inputs, data_loaders, outputs):\n    return True"


def _inputs(workshop: Any, config: Any, algorithm: Any, **options: Any) -> Any:
    options = {"cache_access": AccessMode.LOCAL, "db_access": AccessMode.LOCAL} | options
    return create_inputs_from_configuration(config, algorithm, str(workshop.prefix), str(workshop.cache), **options)


def _outputs(workshop: Any, config: Any, algorithm: Any, *inputs: Any) -> Any:
    return create_outputs_from_configuration(config, algorithm, str(workshop.prefix), str(workshop.cache), *inputs)


def _cache_entry(workshop: Any, name: str, pieces: list[list[tuple[int, int]]]) -> dict[str, Any]:
    dataformat = DataFormat(str(workshop.prefix), "w/number/1")
    for units in pieces:
        sink = CachedDataSink()
        assert sink.setup(str(workshop.cache / f"{name}.data"), dataformat, units[0][0], units[-1][1])
        for start, end in units:
            sink.write({"value": start}, start, end)
        sink.close()
    return {"path": name, "channel": "main", "hash": "00", "endpoint": "a"}


def test_reduced_configuration(workshop: Any) -> None:
    cached = {"path": "p", "channel": "main", "hash": "00", "endpoint": "e"}
    config = workshop.configuration({"a": {**workshop.database_input(), "hash": "00"}, "b": cached})
    config |= {"queue": "q", "environment": {"name": "n"}, "nb_slots": 2, "range": [0, 3]}
    evaluator = {"algorithm": "w/e/1", "parameters": {}, "channel": "main", "inputs": {}, "outputs": {}, "queue": "q"}
    config["loop"] = {**evaluator, "range": [0, 1]}
    reduced = convert_experiment_configuration_to_container(config)
    expected_inputs = {"a": workshop.database_input(), "b": {"path": "p", "channel": "main"}}
    common = {
        "algorithm": "w/step/1",
        "parameters": {},
        "channel": "main",
        "uid": os.getuid(),
        "inputs": expected_inputs,
    }
    del evaluator["queue"]
    loop = {**evaluator, "uid": os.getuid()}
    assert reduced == {**common, "range": [0, 3], "outputs": config["outputs"], "loop": loop}
    analyzer = workshop.configuration({}, analyzer=True)
    result = {"channel": "main", "path": "dd/ee/ff/result"}
    assert convert_experiment_configuration_to_container(analyzer) == {**common, "inputs": {}, "result": result}
    assert parse_inputs(config["inputs"]) == expected_inputs
    assert parse_outputs({"o": {"path": "p", "channel": "c", "hash": "h"}}) == {"o": {"path": "p", "channel": "c"}}


def test_sequential_algorithms_get_loaders_for_other_channels(workshop: Any) -> None:
    database = workshop.index()
    config = workshop.configuration(
        {
            "a": workshop.database_input("who"),
            "b": workshop.database_input("num", "side"),
            "c": workshop.database_input(),
        }
    )
    algorithm = workshop.algorithm(BODY, inputs=("a", "b", "c"))
    inputs, loaders = _inputs(workshop, config, algorithm, databases={"numbers/1": database})
    assert [it.name for it in inputs] == ["a", "c"]
    assert inputs.main_group is inputs.group("main") and inputs.main_group.restricted_access
    assert inputs.main_group.synchronization_listener is not None
    assert [loader.channel for loader in loaders] == ["side"]
    view = inputs["a"].data_source.view
    assert inputs["c"].data_source.view is view and loaders["side"].infos["b"]["data_source"].view is not view
    inputs, _ = _inputs(
        workshop, config, algorithm, databases={"numbers/1": database}, no_synchronisation_listeners=True
    )
    assert inputs.main_group.synchronization_listener is None


def test_autonomous_algorithms_get_loaders_only(workshop: Any) -> None:
    config = workshop.configuration({"a": workshop.database_input("who"), "b": workshop.database_input("num", "side")})
    algorithm = workshop.algorithm(BODY, kind="autonomous", inputs=("a", "b"))
    inputs, loaders = _inputs(workshop, config, algorithm, databases={"numbers/1": workshop.index()})
    assert len(inputs) == 0 and [loader.channel for loader in loaders] == ["main", "side"]
    assert loaders.main_loader is loaders["main"]
    assert loaders["main"].count() == 3 and loaders["side"].count() == 7


def test_range_cuts_the_main_channel_only(workshop: Any) -> None:
    cached = {**_cache_entry(workshop, "in", [[(0, 1), (2, 3), (4, 6)]]), "channel": "side"}
    inputs = {
        "a": workshop.database_input(),
        "b": workshop.database_input("num", "side"),
        "c": cached,
        "d": {**cached, "channel": "main"},
    }
    config = workshop.configuration(inputs, range=[2, 5])
    algorithm = workshop.algorithm(BODY, inputs=("a", "b", "c", "d"))
    input_list, loaders = _inputs(workshop, config, algorithm, databases={"numbers/1": workshop.index()})
    assert input_list["a"].data_source.data_indices() == [(i, i) for i in range(2, 6)]
    assert input_list["d"].data_source.data_indices() == [(2, 3)]
    assert len(loaders["side"].infos["b"]["data_source"]) == 7
    assert len(loaders["side"].infos["c"]["data_source"]) == 3


def test_inputs_that_cannot_be_reached_are_left_out(workshop: Any) -> None:
    config = workshop.configuration({"a": workshop.database_input(), "b": {"path": "in", "channel": "main"}})
    algorithm = workshop.algorithm(BODY, inputs=("a", "b"))
    none = {"cache_access": AccessMode.NONE, "db_access": AccessMode.NONE}
    inputs, loaders = _inputs(workshop, config, algorithm, **none)
    assert (len(inputs), len(loaders)) == (0, 0)


def test_remote_inputs_ask_nothing_before_they_are_used(workshop: Any) -> None:
    config = workshop.configuration({"a": workshop.database_input()})
    link = object()
    inputs, _ = _inputs(workshop, config, workshop.algorithm(BODY), db_access=AccessMode.REMOTE, socket=link)
    source = inputs["a"].data_source
    assert isinstance(source, RemoteDataSource) and source.socket is link and source.input_name == "a"


@pytest.mark.parametrize(
    ("change", "options", "reason"),
    [
        ({}, {"databases": None}, "input `a' reads database `numbers/1', but no databases are given"),
        ({}, {"databases": {}}, "input `a': there is no database `numbers/1'"),
        ({}, {"db_access": AccessMode.REMOTE}, "input `a' reads database `numbers/1', but no link"),
        ({"output": "x"}, {}, "set numbers/1/p/s has no output `x'; it has: who, num"),
        ({"path": "no.db"}, {}, r"no\.db"),
    ],
)
def test_what_is_missing_is_an_os_error(workshop: Any, change: Any, options: Any, reason: str) -> None:
    config = workshop.configuration({"a": {**workshop.database_input(), **change}})
    options = {"databases": {"numbers/1": workshop.index()}} | options
    with pytest.raises(OSError, match=reason):
        _inputs(workshop, config, workshop.algorithm(BODY), **options)


@pytest.mark.parametrize("bounds", [None, [7, 9]])
def test_missing_cached_data_is_an_os_error(workshop: Any, bounds: Any) -> None:
    declared = _cache_entry(workshop, "in", [[(0, 4)]]) if bounds else {"path": "in", "channel": "main"}
    config = workshop.configuration({"a": declared}, range=bounds)
    with pytest.raises(
        OSError, match="input `a': there is no data in .*in.data" + (" for .* 7 to 9" if bounds else "")
    ):
        _inputs(workshop, config, workshop.algorithm(BODY))


def test_output_range_is_that_of_the_first_cached_input(workshop: Any) -> None:
    declared = _cache_entry(workshop, "in", [[(0, 4), (5, 9)], [(10, 19)]])
    config = workshop.configuration({"x": workshop.database_input(), "a": declared})
    algorithm = workshop.algorithm(BODY)
    outputs, sinks = _outputs(workshop, config, algorithm)
    assert (sinks[0].start_index, sinks[0].end_index) == (0, 19)
    assert outputs[0].last_written_data_index == -1
    outputs[0].close()


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [([2, 5], (2, 5)), ([None, 5], (0, 5)), ([3, None], (3, 6)), (None, (0, 6))],
)
@pytest.mark.parametrize("kind", ["sequential", "autonomous"])
def test_output_range(workshop: Any, kind: str, bounds: Any, expected: tuple[int, int]) -> None:
    config = workshop.configuration({"s": workshop.database_input("num", "side"), "a": workshop.database_input()})
    config["range"] = bounds
    algorithm = workshop.algorithm(BODY, kind=kind, inputs=("s", "a"))
    inputs = _inputs(workshop, config, algorithm, databases={"numbers/1": workshop.index()})
    outputs, sinks = _outputs(workshop, config, algorithm, *inputs)
    assert (sinks[0].start_index, sinks[0].end_index) == expected
    assert outputs[0].last_written_data_index == expected[0] - 1
    outputs[0].close()
    assert workshop.results() == []


def test_analyzers_have_one_output_called_result(workshop: Any) -> None:
    config = workshop.configuration({"a": workshop.database_input()}, analyzer=True, range=[0, 6])
    algorithm = workshop.algorithm(BODY, results={"mean": {"type": "float32"}})
    outputs, sinks = _outputs(workshop, config, algorithm)
    assert [output.name for output in outputs] == ["result"]
    assert sinks[0].dataformat.name == "analysis:w/step/1"
    outputs[0].close()


def test_outputs_without_any_range_are_an_os_error(workshop: Any) -> None:
    config = workshop.configuration({"a": workshop.database_input("num", "side")})
    with pytest.raises(OSError, match="no input of channel `main' has data"):
        _outputs(workshop, config, workshop.algorithm(BODY))


def test_first_output_vanishes_when_the_second_cannot_be_opened(workshop: Any) -> None:
    algorithm = workshop.algorithm(BODY)
    algorithm.output_map["more"] = algorithm.output_map["out"]
    config = workshop.configuration({}, range=[0, 1])
    config["outputs"]["more"] = {"channel": "main", "path": "blocked/more"}
    (workshop.cache / "blocked").write_text("a file, not a folder")
    with pytest.raises(OSError, match="blocked"):
        _outputs(workshop, config, algorithm)
    assert workshop.results() == ["blocked"]
