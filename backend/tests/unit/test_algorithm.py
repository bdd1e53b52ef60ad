"""Algorithms as the runtime reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.algorithm import Algorithm, Storage
from beat.backend.python.dataformat import DataFormat
from beat.backend.python.exceptions import UserError

Declare = Callable[..., Any]

GROUPS = [
    {"name": "main", "inputs": {"a": {"type": "me/num/1"}}, "outputs": {"y": {"type": "me/num/1"}}},
    {"inputs": {"b": {"type": "me/text/1"}}},
]
CODE = """
class Algorithm:
    def process(self, inputs, data_loaders, outputs):
        return helper.VALUE
"""


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    def write(path: str, content: Any) -> None:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))

    write("dataformats/me/num/1.json", {"value": "int32"})
    write("dataformats/me/text/1.json", {"text": "string"})
    write("dataformats/plot/line/1.json", {"x": [0, "float64"]})
    write("libraries/me/helper/1.json", {"language": "python"})
    write("libraries/me/helper/1.py", "VALUE = 42")

    def declare(code: str | None = CODE, **changes: Any) -> Algorithm:
        declaration = {
            "schema_version": 3,
            "api_version": 2,
            "type": "sequential",
            "language": "python",
            "splittable": True,
            "groups": GROUPS,
            "uses": {"helper": "me/helper/1"},
        } | changes
        write("algorithms/me/it/1.json", {key: value for key, value in declaration.items() if value is not None})
        if code is not None:
            write("algorithms/me/it/1.py", code)
        return Algorithm(str(tmp_path), "me/it/1")

    return declare


def test_storage_names(tmp_path: Path) -> None:
    assert Storage(str(tmp_path), "me/it/1", "cxx").code.path.endswith("algorithms/me/it/1.so")
    for name in ("it/1", "me/it/1/2", "me//1"):
        with pytest.raises(RuntimeError, match="invalid algorithm name"):
            Algorithm(str(tmp_path), name)


def test_maps_and_dependencies(declare: Declare) -> None:
    algorithm = declare()
    assert algorithm.errors == []
    assert algorithm.input_map == {"a": "me/num/1", "b": "me/text/1"}
    assert algorithm.output_map == {"y": "me/num/1"}
    assert algorithm.loop_map == {}
    assert set(algorithm.dataformats) == {"me/num/1", "me/text/1"}
    assert {type(item) for item in algorithm.dataformats.values()} == {DataFormat}
    assert list(algorithm.libraries) == ["me/helper/1"]
    assert algorithm.groups == GROUPS
    assert (algorithm.splittable, algorithm.results, algorithm.isAnalyzer) == (True, None, False)


@pytest.mark.parametrize(
    ("api", "type", "expected", "autonomous", "sequential", "loop"),
    [
        (1, "sequential", "legacy", False, False, False),
        (None, None, "legacy", False, False, False),
        (2, None, "sequential", False, True, False),
        (2, "legacy", "legacy", False, False, False),
        (2, "autonomous", "autonomous", True, False, False),
        (2, "sequential_loop_processor", "sequential_loop_processor", False, True, False),
        (2, "autonomous_loop_processor", "autonomous_loop_processor", True, False, False),
        (2, "sequential_loop_evaluator", "sequential_loop_evaluator", False, True, True),
        (2, "autonomous_loop_evaluator", "autonomous_loop_evaluator", True, False, True),
    ],
)
def test_types(
    declare: Declare, api: Any, type: Any, expected: str, autonomous: bool, sequential: bool, loop: bool
) -> None:
    algorithm = declare(api_version=api, type=type)
    assert algorithm.type == expected
    assert algorithm.type in (
        Algorithm.LEGACY,
        Algorithm.SEQUENTIAL,
        Algorithm.AUTONOMOUS,
        Algorithm.SEQUENTIAL_LOOP_EVALUATOR,
        Algorithm.AUTONOMOUS_LOOP_EVALUATOR,
        Algorithm.SEQUENTIAL_LOOP_PROCESSOR,
        Algorithm.AUTONOMOUS_LOOP_PROCESSOR,
    )
    assert (algorithm.is_autonomous, algorithm.is_sequential, algorithm.is_loop) == (autonomous, sequential, loop)


def test_the_loop_map(declare: Declare) -> None:
    loop = {"request": {"type": "me/num/1"}, "answer": {"type": "me/text/1"}}
    algorithm = declare(type="sequential_loop_processor", groups=[{**GROUPS[0], "loop": loop}])
    assert algorithm.loop_map == {"request": "me/num/1", "answer": "me/text/1"}
    assert "me/text/1" in algorithm.dataformats


def test_caches_give_one_object_per_name(declare: Declare) -> None:
    algorithm = declare()
    formats: dict[str, Any] = {}
    libraries: dict[str, Any] = {}
    one, two = (Algorithm(algorithm.prefix, "me/it/1", formats, libraries) for _ in range(2))
    assert one.dataformats["me/num/1"] is two.dataformats["me/num/1"] is formats["me/num/1"]
    assert one.libraries["me/helper/1"] is two.libraries["me/helper/1"] is libraries["me/helper/1"]


def test_what_is_missing(tmp_path: Path, declare: Declare) -> None:
    for algorithm in (Algorithm(str(tmp_path), "me/it/1"), declare(code=None)):
        (error,) = algorithm.errors
        assert "file not found" in error
        assert not hasattr(algorithm, "input_map")
        assert not hasattr(algorithm, "loop_map")
        assert (algorithm.dataformats, algorithm.libraries) == ({}, {})
        with pytest.raises(RuntimeError, match="is not valid"):
            algorithm.runner()


def test_a_failed_algorithm_answers_with_defaults(tmp_path: Path) -> None:
    algorithm = Algorithm(str(tmp_path), "me/it/1")
    assert algorithm.data is None
    assert (algorithm.uses, algorithm.parameters, algorithm.results, algorithm.description) == (None,) * 4
    assert (algorithm.groups, algorithm.splittable, algorithm.api_version, algorithm.type) == ([], False, 1, "legacy")
    assert (algorithm.schema_version, algorithm.language, algorithm.isAnalyzer) == (1, "unknown", False)
    with pytest.raises(KeyError):
        algorithm.clean_parameter("x", 1)


def test_a_repeated_key(tmp_path: Path, declare: Declare) -> None:
    declare()
    (tmp_path / "algorithms/me/it/1.json").write_text('{"language": "python", "language": "python"}')
    (error,) = Algorithm(str(tmp_path), "me/it/1").errors
    assert "Algorithm declaration file invalid" in error


def test_parameters_are_converted_and_checked(declare: Declare) -> None:
    algorithm = declare(parameters={"n": {"type": "uint8", "default": 3}})
    assert algorithm.errors == []
    assert algorithm.clean_parameter("n", "9") == 9
    assert '"type": "uint8",\n            "default": 3' in str(algorithm)
    algorithm = declare(parameters={"n": {"type": "uint8", "default": 300}})
    assert "default for parameter `n'" in algorithm.errors[0]
    algorithm.parameters = {"n": {"type": "uint8", "default": "30"}}
    assert algorithm.errors == []
    assert algorithm.parameters["n"]["default"] == 30


def test_properties_can_be_set(declare: Declare) -> None:
    algorithm = declare()
    algorithm.splittable = False
    algorithm.results = {"r": {"type": "int32"}}
    algorithm.uses = {}
    assert (algorithm.splittable, algorithm.isAnalyzer, algorithm.uses) == (False, True, {})
    with pytest.raises(RuntimeError):
        algorithm.uses = "me/helper/1"
    algorithm.language = "matlab"
    assert algorithm.storage.code.path.endswith("1.m")
    with pytest.raises(RuntimeError, match="only Python"):
        algorithm.runner()


def test_runner(declare: Declare) -> None:
    algorithm = declare()
    one, two = algorithm.runner(), algorithm.runner()
    assert one.name == "me_it_1"
    assert one.process(inputs=1, data_loaders=2, outputs=3) == 42
    assert type(one.obj) is not type(two.obj)
    with pytest.raises(AttributeError):
        algorithm.runner("Absent")
    with pytest.raises(UserError):
        algorithm.runner("Absent", exc=UserError)


def test_failures_while_the_code_is_loaded(declare: Declare) -> None:
    algorithm = declare(code="def")
    with pytest.raises(SyntaxError):
        algorithm.runner()
    with pytest.raises(UserError) as caught:
        algorithm.runner(exc=UserError)
    assert isinstance(caught.value.value, SyntaxError)


@pytest.mark.parametrize("exc", [None, UserError])
@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"parameters": {"n": {"type": "int8", "default": "x"}}}, "cannot be cast to type `int8'"),
        ({"uses": {"helper": "me/lost/1"}}, "`me/lost/1' (helper) is not valid"),
        ({"language": "r"}, "file not found"),
    ],
)
def test_what_a_runner_needs(declare: Declare, changes: dict[str, Any], text: str, exc: Any) -> None:
    algorithm = declare(**changes)
    with pytest.raises(exc or RuntimeError) as caught:
        algorithm.runner(exc=exc)
    assert text in str(caught.value)


def test_a_runner_needs_a_known_language(tmp_path: Path, declare: Declare) -> None:
    declare(language="unknown")
    (tmp_path / "algorithms/me/it/1").write_text(CODE)
    algorithm = Algorithm(str(tmp_path), "me/it/1")
    assert algorithm.errors == []
    for call in (algorithm.runner, algorithm.uses_dict, algorithm.write):
        with pytest.raises(RuntimeError, match="no programming language"):
            call()


def test_results(declare: Declare) -> None:
    results = {"n": {"type": "int32"}, "line": {"type": "plot/line/1"}}
    algorithm = declare(results=results, groups=[{"inputs": GROUPS[0]["inputs"]}])
    assert algorithm.isAnalyzer
    assert algorithm.output_map == {}
    assert set(algorithm.dataformats) == {"me/num/1", "plot/line/1"}
    dataformat = algorithm.result_dataformat()
    assert dataformat.name == "analysis:me/it/1"
    result = dataformat.type(n=3, line={"x": [1.0]})
    assert dataformat.type().unpack(result.pack()).as_dict() == {"n": 3, "line": {"x": [1.0]}}
    with pytest.raises(TypeError):
        declare().result_dataformat()


def test_export(tmp_path: Path, declare: Declare) -> None:
    algorithm = declare()
    algorithm.export(str(tmp_path / "target"))
    copy = Algorithm(str(tmp_path / "target"), "me/it/1")
    assert copy.errors == []
    assert all(item.valid for item in (*copy.dataformats.values(), *copy.libraries.values()))
    assert copy.runner().process(inputs=1, data_loaders=2, outputs=3) == 42
    assert copy.hash() == algorithm.hash()
    with pytest.raises(RuntimeError):
        algorithm.export(str(tmp_path))
