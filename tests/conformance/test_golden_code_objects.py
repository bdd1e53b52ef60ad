"""Libraries, algorithms, plotters and plotter parameters of the golden prefix, against what was recorded of them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

from beat.backend.python import algorithm as backend_algorithm
from beat.backend.python import library as backend_library
from beat.core.algorithm import Algorithm
from beat.core.library import Library
from beat.core.plotter import Plotter
from beat.core.plotterparameter import Plotterparameter

Golden = Callable[[str], Any]

CLASSES: dict[str, Any] = {
    "libraries": Library,
    "algorithms": Algorithm,
    "plotters": Plotter,
    "plotterparameters": Plotterparameter,
}

# One telling fragment for each reason recorded: the place, the name or the rule that is broken.
REASONS = {
    "libraries": {
        "invalid/duplicate_key/1": "language found several times",
        "invalid/long_description/1": "/description: ",
        "invalid/no_code/1": "code not found",
        "invalid/not_json/1": "invalid JSON code",
        "invalid/ring_a/1": "referred library `invalid/ring_b/1' (b) is not valid",
        "invalid/ring_b/1": "referred library `invalid/ring_a/1' (a) is not valid",
        "invalid/uses_absent/1": "referred library `invalid/absent/1' (it) is not valid",
        "invalid/uses_invalid/1": "referred library `invalid/uses_absent/1' (it) is not valid",
        "invalid/uses_itself/1": "recursion for library `invalid/uses_itself/1'",
        "invalid/uses_loose/1": "/uses/it: 'orla/arith' does not match",
        "invalid/uses_other_language/1": "(`r') differs from current language for this library (`python')",
    },
    "algorithms": {
        "invalid/absent_format/1": "found error validating data format `invalid/absent/1' for inputs `x' on algorithm",
        "invalid/analyzer_splittable/1": "('splittable' was unexpected)",
        "invalid/analyzer_with_outputs/1": "('outputs' was unexpected)",
        "invalid/bad_input_name/1": "'2x' does not match any of the regexes",
        "invalid/bad_parameter_name/1": "'a b' does not match any of the regexes",
        "invalid/choice_no_number/1": "choice[2] for parameter `p' cannot be cast to type `uint8'",
        "invalid/default_no_choice/1": "default for parameter `p' ('d') is not a valid choice `['a', 'b', 'c']'",
        "invalid/default_no_number/1": "default for parameter `p' cannot be cast to type `int32'",
        "invalid/default_object/1": "/parameters/p/default: ",
        "invalid/default_out_of_range/1": "default for parameter `p' (6) is not within parameter range [1, 5]",
        "invalid/duplicate_key/1": "splittable found several times",
        "invalid/empty_groups/1": "/groups: [] is too short",
        "invalid/evaluator_splittable/1": "('splittable' was unexpected)",
        "invalid/evaluator_without_outputs/1": "/groups/0: 'outputs' is a required property",
        "invalid/group_with_no_input/1": "does not have enough properties (rule: /0/properties/groups/",
        "invalid/group_without_inputs/1": "/groups/0: 'inputs' is a required property",
        "invalid/group_without_outputs/1": "/groups/0: 'outputs' is a required property",
        "invalid/input_base_type/1": "/groups/0/inputs/x/type: 'float64' does not match",
        "invalid/input_without_type/1": "/groups/0/inputs/x: 'type' is a required property",
        "invalid/invalid_format/1": "found error validating data format `invalid/unknown_type/1' for outputs `y'",
        "invalid/long_description/1": "is too long",
        "invalid/loop_absent_format/1": "found error validating data format `invalid/absent/1' for loop `answer'",
        "invalid/loop_half_channel/1": "/groups/0/loop: 'answer' is a required property",
        "invalid/loop_without_channel/1": "/groups/0: 'loop' is a required property",
        "invalid/no_code/1": "Algorithm code not found",
        "invalid/no_groups/1": "'groups' is a required property",
        "invalid/no_language/1": "'language' is a required property",
        "invalid/no_result/1": "does not have enough properties (rule: /1/properties/results/",
        "invalid/no_splittable/1": "'splittable' is a required property",
        "invalid/not_json/1": "invalid JSON code",
        "invalid/outputs_in_second/1": "/groups/1: Additional properties are not allowed ('outputs' was unexpected)",
        "invalid/parameter_without_type/1": "/parameters/p: 'type' is a required property",
        "invalid/range_backwards/1": "(5.0 >= 1.0)",
        "invalid/range_of_one/1": "(5 >= 5)",
        "invalid/result_absent_plot/1": "found error validating data format `plot/absent/1' for result `n'",
        "invalid/result_base_type/1": "/results/n/type: 'float64' is not one of",
        "invalid/result_format/1": "/results/n/type: 'orla/level/1' does not match",
        "invalid/result_unknown_key/1": "/results/n: Additional properties are not allowed ('unit' was unexpected)",
        "invalid/same_input_twice/1": "repeated input name",
        "invalid/text_splittable/1": "/splittable: 'yes' is not of type 'boolean'",
        "invalid/unknown_key/1": "'author' was unexpected",
        "invalid/unknown_parameter_type/1": "/parameters/p/type: 'integer' is not one of",
        "invalid/uses_absent/1": "referred library `invalid/absent/1' (lib) is not valid",
        "invalid/uses_invalid/1": "referred library `invalid/uses_itself/1' (lib) is not valid",
        "invalid/uses_loose/1": "/uses/lib: 'arith/1' does not match",
        "invalid/uses_other_language/1": "(`r') differs from current language for this algorithm (`python')",
        "invalid/v1_with_type/1": "('type' was unexpected)",
        "invalid/v2_analyzer_parameters/1": "('parameters' was unexpected)",
        "invalid/v2_loop_type/1": "/type: 'sequential_loop_processor' is not one of",
        "invalid/v2_unknown_type/1": "/type: 'parallel' is not one of",
        "invalid/v2_without_api/1": "'api_version' is a required property",
        "invalid/v2_without_type/1": "'type' is a required property",
    },
    "plotters": {
        "invalid/absent_format/1": "found error validating base data format `plot/absent/1'",
        "invalid/default_out_of_range/1": "default for parameter `p' (2.0) is not within parameter range [0.0, 1.0]",
        "invalid/no_code/1": "Plotter code not found",
        "invalid/no_format/1": "'dataformat' is a required property",
        "invalid/no_parameters/1": "'parameters' is a required property",
        "invalid/other_format/1": "/dataformat: 'orla/level/1' does not match",
        "invalid/unknown_key/1": "('results' was unexpected)",
        "invalid/uses_absent/1": "referred library `invalid/absent/1' (lib) is not valid",
    },
    "plotterparameters": {
        "invalid/absent_plotter/1": "Plotter declaration file not found: orla/absent/1",
        "invalid/invalid_plotter/1": "found error validating base data format `plot/absent/1' for plotter",
        "invalid/loose_plotter/1": "/plotter: 'ribbon-draw/1' does not match",
        "invalid/no_choice/1": "'x' is invalid for parameter ink of plotter orla/ribbon-draw/1",
        "invalid/no_data/1": "'data' is a required property",
        "invalid/no_number/1": "'wide' is invalid for parameter width of plotter orla/ribbon-draw/1",
        "invalid/out_of_range/1": "'81' is invalid for parameter width of plotter orla/ribbon-draw/1",
        "invalid/unknown_key/1": "('color' was unexpected)",
        "invalid/unknown_parameter/1": "'height' isn't a parameter for plotter orla/ribbon-draw/1",
    },
}


def decoded(value: Any) -> Any:
    """Undo the notation of the golden files for what JSON does not know."""
    if isinstance(value, dict):
        if "__complex__" in value:
            return complex(*value["__complex__"])
        if "__float__" in value:
            return float(value["__float__"])
        if "__hex__" in value:
            return bytes.fromhex(value["__hex__"])
        return {key: decoded(item) for key, item in value.items()}
    return [decoded(item) for item in value] if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """Make Python values of numpy ones, types by their names."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, numpy.dtype):
        return "string" if value.kind == "U" else value.name
    return value.item() if isinstance(value, numpy.generic) else value


@pytest.fixture
def load(golden_prefix: Path) -> Callable[[str, str], Any]:
    return lambda kind, name: CLASSES[kind](str(golden_prefix), name)


@pytest.mark.parametrize("kind", CLASSES)
def test_valid_objects_have_no_errors(kind: str, golden: Golden, load: Callable[[str, str], Any]) -> None:
    names = golden("errors")["valid"][kind]
    assert len(names) > 1
    assert {name: load(kind, name).errors for name in names} == names


@pytest.mark.parametrize("kind", CLASSES)
def test_every_invalid_object_has_its_reason(kind: str, golden: Golden) -> None:
    assert set(REASONS[kind]) == set(golden("errors")["invalid"][kind])


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in REASONS for name in REASONS[kind]])
def test_invalid_objects_are_invalid_for_their_reason(kind: str, name: str, load: Callable[[str, str], Any]) -> None:
    invalid = load(kind, name)
    assert [error for error in invalid.errors if REASONS[kind][name] in error], invalid.errors
    assert all(error.kind for error in invalid.errors)


@pytest.mark.parametrize("kind", ["algorithms", "plotters"])
def test_an_invalid_object_has_no_runner(kind: str, load: Callable[[str, str], Any]) -> None:
    for name in REASONS[kind]:
        with pytest.raises(RuntimeError, match=f"`{name}' is not valid"):
            load(kind, name).runner()


@pytest.mark.parametrize("kind", CLASSES)
def test_names(kind: str, golden: Golden, load: Callable[[str, str], Any]) -> None:
    rows = [row for row in golden("errors")["names"] if row["kind"] == kind]
    assert rows
    for row in rows:
        if row["raises"]:
            with pytest.raises(RuntimeError):
                load(kind, row["name"])
        else:
            assert load(kind, row["name"]).errors == row["errors"]


@pytest.mark.parametrize("kind", CLASSES)
def test_digests(kind: str, golden: Golden, load: Callable[[str, str], Any]) -> None:
    expected = golden("hashes")["objects"][kind]
    assert {name: load(kind, name).hash() for name in expected} == expected


def test_digests_of_the_runtime_are_the_same(golden: Golden, golden_prefix: Path) -> None:
    hashes = golden("hashes")["objects"]
    for kind, klass in (("algorithms", backend_algorithm.Algorithm), ("libraries", backend_library.Library)):
        assert {name: klass(str(golden_prefix), name).hash() for name in hashes[kind]} == hashes[kind]


def described(kind: str, thing: Any) -> dict[str, Any]:
    common = {"name": thing.name, "description": thing.description, "documentation": thing.documentation}
    common["schema_version"] = thing.schema_version
    if kind == "plotterparameters":
        return {**common, "plotter": thing.plotter.name}
    common |= {"language": thing.language, "uses": thing.uses}
    if kind == "libraries":
        return common
    common |= {"parameters": plain(thing.parameters), "api_version": thing.api_version}
    if kind == "plotters":
        return {**common, "dataformat": thing.dataformat.name}
    return {
        **common,
        "dataformats": sorted(thing.dataformats),
        "libraries": sorted(thing.libraries),
        "input_map": thing.input_map,
        "output_map": thing.output_map,
        "loop_map": thing.loop_map,
        "is_analyzer": thing.isAnalyzer,
        "is_autonomous": thing.is_autonomous,
        "is_sequential": thing.is_sequential,
        "is_loop": thing.is_loop,
        "results": thing.results,
        "splittable": thing.splittable,
        "type": thing.type,
    }


@pytest.mark.parametrize("kind", CLASSES)
def test_properties(kind: str, golden: Golden, load: Callable[[str, str], Any]) -> None:
    expected = decoded(golden("objects")["objects"][kind])
    assert {name: described(kind, load(kind, name)) for name in expected} == expected


def test_the_runtime_reads_the_same_properties(golden: Golden, golden_prefix: Path) -> None:
    objects = decoded(golden("objects")["objects"])
    for kind, klass in (("algorithms", backend_algorithm.Algorithm), ("libraries", backend_library.Library)):
        loaded = {name: klass(str(golden_prefix), name) for name in objects[kind]}
        assert {name: described(kind, thing) for name, thing in loaded.items()} == objects[kind]
        assert not [thing.errors for thing in loaded.values() if thing.errors]


def test_clean_parameter(golden: Golden, load: Callable[[str, str], Any]) -> None:
    rows = decoded(golden("objects")["clean_parameter"])
    algorithms = {row["algorithm"]: load("algorithms", row["algorithm"]) for row in rows}
    for row in rows:
        algorithm = algorithms[row["algorithm"]]
        if row["error"]:
            with pytest.raises({"KeyError": KeyError, "ValueError": ValueError}[row["error"]]):
                algorithm.clean_parameter(row["parameter"], row["value"])
            continue
        cleaned = algorithm.clean_parameter(row["parameter"], row["value"])
        assert numpy.dtype(type(cleaned)).kind == algorithm.parameters[row["parameter"]]["type"].kind
        assert plain(cleaned) == row["result"] or math.isnan(row["result"]), row


def test_algorithms_survive_a_round_trip_through_their_text(golden: Golden, load: Callable[[str, str], Any]) -> None:
    for name in golden("objects")["objects"]["algorithms"]:
        algorithm = load("algorithms", name)
        once = str(algorithm)
        again = Algorithm(algorithm.prefix, json.loads(once))
        assert again.errors == []
        assert str(again) == once


def test_results_have_a_data_format_of_the_runtime(golden: Golden, load: Callable[[str, str], Any]) -> None:
    from beat.backend.python.dataformat import DataFormat

    analyzers = [name for name, row in golden("objects")["objects"]["algorithms"].items() if row["is_analyzer"]]
    assert analyzers
    for name in analyzers:
        algorithm = load("algorithms", name)
        dataformat = algorithm.result_dataformat()
        assert type(dataformat) is DataFormat
        assert dataformat.name == f"analysis:{name}"
        assert dataformat.errors == []
        assert set(dataformat.type().as_dict()) == set(algorithm.results)


def test_plots(golden: Golden, load: Callable[[str, str], Any]) -> None:
    for row in golden("plots"):
        plotter = load("plotters", row["plotter"])
        values = load("plotterparameters", row["plotterparameter"]).data["data"] if "plotterparameter" in row else {}
        runner = plotter.runner()
        runner.setup(values)
        plot = plotter.dataformat.type
        drawn = runner.process([(label, plot(**data)) for label, data in row["data"]])
        assert drawn == decoded(row["result"])
