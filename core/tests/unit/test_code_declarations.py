"""Libraries, algorithms and plotters of the platform: made from declarations, validated, written."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

from beat.backend.python import algorithm as backend_algorithm
from beat.backend.python import library as backend_library
from beat.backend.python import loader as backend_loader
from beat.backend.python import runner as backend_runner
from beat.core import algorithm, dataformat, library, loader, plotter
from beat.core.algorithm import Algorithm, load_algorithm_prototype
from beat.core.library import Library
from beat.core.plotter import Plotter

Write = Callable[[str, Any], None]

ALGORITHM = {
    "schema_version": 2,
    "api_version": 2,
    "type": "autonomous",
    "language": "python",
    "splittable": True,
    "groups": [{"inputs": {"x": {"type": "me/num/1"}}, "outputs": {"y": {"type": "me/num/1"}}}],
    "parameters": {"k": {"type": "uint8", "default": 3, "range": [1, 9]}},
}
PLOTTER = {
    "language": "python",
    "dataformat": "plot/line/1",
    "parameters": {"width": {"type": "uint8", "default": 3}},
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(path: str, content: Any) -> None:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")

    write("dataformats/me/num/1.json", {"value": "int32"})
    write("dataformats/plot/line/1.json", {"x": [0, "float64"]})
    return write


def test_identities() -> None:
    assert algorithm.Runner is backend_algorithm.Runner is backend_runner.Runner
    assert algorithm.Storage is backend_algorithm.Storage
    assert library.Storage is backend_library.Storage
    assert issubclass(Algorithm, backend_algorithm.Algorithm)
    assert issubclass(Library, backend_library.Library)
    assert issubclass(plotter.Runner, backend_runner.Runner)
    assert (loader.run, loader.load_module) == (backend_loader.run, backend_loader.load_module)
    assert Algorithm.dataformat_klass is dataformat.DataFormat


# -- declarations that are given -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("klass", "declaration"), [(Algorithm, ALGORITHM), (Plotter, PLOTTER)])
def test_a_mapping_takes_the_code_of_the_prototype(
    tmp_path: Path, write: Write, klass: Any, declaration: dict[str, Any]
) -> None:
    given = copy.deepcopy({**declaration, "language": "r"})
    before = copy.deepcopy(given)
    made = klass(str(tmp_path), given)
    assert made.errors == []
    assert given == before
    assert made.language == "python"
    assert b"class " in made.code
    assert made.storage is None
    kind = klass.kind
    assert made.name == f"__unnamed_{kind}__"
    for call in (made.hash, made.write, made.runner, made.uses_dict):
        with pytest.raises(RuntimeError, match="has no name"):
            call()
    assert klass(str(tmp_path), given).errors == []


def test_a_pair_brings_its_own_code(tmp_path: Path, write: Write) -> None:
    made = Algorithm(str(tmp_path), ({**ALGORITHM, "language": "matlab"}, "x = 1"))
    assert (made.errors, made.code, made.language) == ([], "x = 1", "matlab")
    assert Library(str(tmp_path), ({"language": "r"}, None)).language == "python"
    for data in ((), ({},), ({}, "x", "y")):
        with pytest.raises(ValueError):
            Library(str(tmp_path), data)


def test_results_of_an_unnamed_analyzer_have_a_format(tmp_path: Path, write: Write) -> None:
    analyzer = {
        "language": "python",
        "groups": [{"inputs": {"x": {"type": "me/num/1"}}}],
        "results": {"y": {"type": "int32"}},
    }
    made = Algorithm(str(tmp_path), analyzer).result_dataformat()
    assert made.name == "analysis:__unnamed_algorithm__"
    assert made.type(y=1).as_dict() == {"y": 1}


def test_a_runner_misses_the_name_then_the_language_then_validity(tmp_path: Path, write: Write) -> None:
    made = Algorithm(str(tmp_path), {**ALGORITHM, "groups": [{"inputs": {"x": {"type": "no/such/1"}}, "outputs": {}}]})
    with pytest.raises(RuntimeError, match="no name"):
        made.runner()
    write("algorithms/me/odd/1.json", {**ALGORITHM, "uses": {"a": "no/such/1"}, "language": "unknown"})
    write("algorithms/me/odd/1", "")
    with pytest.raises(RuntimeError, match="no programming language"):
        Algorithm(str(tmp_path), "me/odd/1").runner()
    write("algorithms/me/even/1.json", {**ALGORITHM, "uses": {"a": "no/such/1"}})
    write("algorithms/me/even/1.py", "")
    with pytest.raises(RuntimeError, match="is not valid"):
        Algorithm(str(tmp_path), "me/even/1").runner()


def test_a_new_library(tmp_path: Path) -> None:
    made = Library(str(tmp_path), None)
    assert (made.errors, made.language, made.uses) == ([], "python", {})
    assert made.code


@pytest.mark.parametrize("declaration", [{}, {"language": "fortran"}, [], 5, {"language": 5}, {"language": None}])
@pytest.mark.parametrize("klass", [Library, Algorithm, Plotter])
def test_nonsense_is_an_error_never_an_exception(tmp_path: Path, klass: Any, declaration: Any) -> None:
    made = klass(str(tmp_path), (declaration, "pass"))
    assert made.errors
    assert not made.valid
    for name in ("description", "schema_version", "uses", "language", "libraries"):
        getattr(made, name)
    with pytest.raises(RuntimeError):
        made.uses_dict()


@pytest.mark.parametrize("klass", [Library, Algorithm, Plotter])
@pytest.mark.parametrize("text", ["[1]", "5", "{", '{"language": "fortran"}', '{"schema_version": 77}', '""'])
def test_nonsense_in_files(tmp_path: Path, write: Write, klass: Any, text: str) -> None:
    folder = klass.storage_type.asset_folder
    write(f"{folder}/me/bad/1.json", text)
    assert klass(str(tmp_path), "me/bad/1").errors


# -- algorithms ----------------------------------------------------------------------------------------------------


def test_a_new_algorithm_uses_integers_of_the_prefix(tmp_path: Path, write: Write) -> None:
    with pytest.raises(RuntimeError, match="integers"):
        load_algorithm_prototype(str(tmp_path))
    write("dataformats/you/integer/1.json", {"value": "int32"})
    assert types_of(load_algorithm_prototype(str(tmp_path))) == {"you/integer/1"}
    for version in (2, 9, 10):
        write(f"dataformats/ab/cd/hashed/integers/{version}.json", {"value": "int32"})
    write("dataformats/ab/cd/hashed/integers/notes.json", {})
    write("dataformats/me/integers/\u0663.json", {})  # a digit, but none of a version
    assert types_of(load_algorithm_prototype(str(tmp_path))) == {"hashed/integers/10"}


def types_of(declaration: Any) -> set[str]:
    (group,) = declaration["groups"]
    return {endpoint["type"] for section in ("inputs", "outputs") for endpoint in group[section].values()}


def test_a_new_algorithm_is_valid(tmp_path: Path, write: Write) -> None:
    write("dataformats/user/integers/3.json", {"value": "int32"})
    made = Algorithm(str(tmp_path), None)
    assert made.errors == []
    assert (made.language, made.type) == ("python", "sequential")
    made.name = "me/new/1"
    made.write()
    assert Algorithm(str(tmp_path), "me/new/1").errors == []


def test_cxx_needs_no_binary_to_be_loaded(tmp_path: Path, write: Write) -> None:
    write("algorithms/me/fast/1.json", {**ALGORITHM, "language": "cxx"})
    made = Algorithm(str(tmp_path), "me/fast/1")
    assert (made.errors, made.language, made.code) == ([], "cxx", None)
    with pytest.raises(RuntimeError, match="only Python"):
        made.runner()
    for klass, folder, declaration in ((Plotter, "plotters", PLOTTER), (Library, "libraries", {})):
        write(f"{folder}/me/fast/1.json", {**declaration, "language": "cxx"})
        assert "code not found" in klass(str(tmp_path), "me/fast/1").errors[0]


def test_maps_are_absent_when_loading_stopped(tmp_path: Path, write: Write) -> None:
    write("algorithms/me/bare/1.json", ALGORITHM)
    write("algorithms/me/bad/1.json", {**ALGORITHM, "groups": []})
    for name in ("me/bare/1", "me/bad/1", "me/absent/1"):
        made = Algorithm(str(tmp_path), name)
        assert not made.valid
        assert not any(hasattr(made, attribute) for attribute in ("input_map", "output_map", "loop_map"))
    late = Algorithm(str(tmp_path), {**ALGORITHM, "parameters": {"k": {"type": "uint8", "default": 999}}})
    assert not late.valid
    assert late.input_map == {"x": "me/num/1"}


def test_a_bad_format_is_reported_once(tmp_path: Path, write: Write) -> None:
    endpoint = {"type": "me/absent/1"}
    inputs = {"a": endpoint, "b": endpoint, "c": {"type": "me/num/1"}}
    groups = [{"inputs": inputs, "outputs": {"y": {"type": "me/num/1"}}}]
    (error,) = Algorithm(str(tmp_path), {**ALGORITHM, "groups": groups}).errors
    assert "found error validating data format `me/absent/1' for inputs `a', `b' on algorithm" in error
    assert "file not found" in error
    assert error.path == "/groups/0/inputs/a"


def test_repeated_names(tmp_path: Path, write: Write) -> None:
    second = {"inputs": {"x": {"type": "me/num/1"}}}
    (error,) = Algorithm(str(tmp_path), {**ALGORITHM, "groups": [*ALGORITHM["groups"], second]}).errors
    assert "repeated input name" in error


def test_parameters_go_back_to_names_when_dumped(tmp_path: Path, write: Write) -> None:
    made = Algorithm(str(tmp_path), ALGORITHM)
    assert made.parameters is not None
    assert made.parameters["k"] == {"type": numpy.dtype("uint8"), "default": 3, "range": [1, 9]}
    assert json.loads(str(made)) == ALGORITHM
    assert list(json.loads(made.json_dumps(2))) == list(ALGORITHM)


def test_choices_of_any_number_are_valid(tmp_path: Path, write: Write) -> None:
    for choice in (["a"], ["a", "b"], ["a", "b", "c"]):
        parameters = {"s": {"type": "string", "default": "a", "choice": choice}, "bare": {"type": "float64"}}
        assert Algorithm(str(tmp_path), {**ALGORITHM, "parameters": parameters}).errors == []


def test_setting_a_name_needs_a_language(tmp_path: Path, write: Write) -> None:
    made = Algorithm(str(tmp_path), ({**ALGORITHM, "language": "unknown"}, "x"))
    with pytest.raises(RuntimeError, match="no programming language"):
        made.name = "me/new/1"
    made.language = "python"
    made.name = "me/new/1"
    assert made.storage.code.path == str(tmp_path / "algorithms/me/new/1.py")


# -- libraries -----------------------------------------------------------------------------------------------------


def test_libraries_load_through_none(tmp_path: Path, write: Write) -> None:
    for name, used in (("a", "b"), ("b", "a")):
        write(f"libraries/me/{name}/1.json", {"language": "python", "uses": {used: f"me/{used}/1"}})
        write(f"libraries/me/{name}/1.py", "")
    cache: dict[str, Any] = {}
    made = Library(str(tmp_path), "me/a/1", cache)
    assert made.errors == ["referred library `me/b/1' (b) is not valid"]
    assert cache == {"me/a/1": made, "me/b/1": made.libraries["me/b/1"]}
    assert type(made.libraries["me/b/1"]) is Library
    user = Algorithm(str(tmp_path), {**ALGORITHM, "uses": {"a": "me/a/1"}}, library_cache=cache)
    assert user.libraries == {"me/a/1": made}
    assert user.errors == ["referred library `me/a/1' (a) is not valid"]


def test_an_unnamed_library_enters_no_cache(tmp_path: Path) -> None:
    cache: dict[str, Any] = {}
    assert Library(str(tmp_path), {"language": "python"}, cache).valid
    assert cache == {}


def test_a_language_that_differs(tmp_path: Path, write: Write) -> None:
    write("libraries/me/r/1.json", {"language": "r"})
    write("libraries/me/r/1.r", "")
    made = Library(str(tmp_path), ({"language": "python", "uses": {"r": "me/r/1"}}, "pass"))
    (error,) = made.errors
    assert "differs from current language" in error
    assert Library(str(tmp_path), ({"language": "unknown", "uses": {"r": "me/r/1"}}, "pass")).errors == []
    made.language = "r"
    assert made.errors == []


# -- plotters ------------------------------------------------------------------------------------------------------

DRAW = """
class Plotter:
    content_type = "text/plain"
    def setup(self, parameters):
        self.width = parameters["width"]
        return True
    def prepare(self, data_loaders):
        raise AssertionError("plotters are never prepared")
    def process(self, inputs):
        return b"-" * int(self.width) * len(inputs)
"""


def test_a_plotter_draws(tmp_path: Path, write: Write) -> None:
    write("plotters/me/draw/1.json", PLOTTER)
    write("plotters/me/draw/1.py", DRAW)
    made = Plotter(str(tmp_path), "me/draw/1")
    assert made.errors == []
    assert made.dataformat is not None
    assert made.dataformat.name == "plot/line/1"
    assert (made.api_version, made.schema_version, made.uses) == (1, 1, None)
    runner = made.runner()
    assert type(runner) is plotter.Runner
    with pytest.raises(RuntimeError, match="not yet setup"):
        runner.process([1])
    runner.setup({"width": "4"})
    assert runner.prepared
    with pytest.raises(RuntimeError, match="inputs"):
        runner.process()
    assert runner.process([1, 2]) == b"--------"
    assert runner.content_type == "text/plain"


def test_a_new_plotter_is_valid_once_its_format_is_there(tmp_path: Path, write: Write) -> None:
    made = Plotter(str(tmp_path), None)
    assert "found error validating base data format `plot/unknown/1'" in made.errors[0]
    assert made.dataformat is not None
    assert not made.dataformat.valid
    write("dataformats/plot/unknown/1.json", {"x": "int32"})
    assert Plotter(str(tmp_path), None).errors == []


def test_plotters_share_formats(tmp_path: Path, write: Write) -> None:
    cache: dict[str, Any] = {}
    one, two = (Plotter(str(tmp_path), PLOTTER, cache) for _ in range(2))
    assert one.dataformat is two.dataformat is cache["plot/line/1"]


def test_documentation_survives_writing(tmp_path: Path, write: Write) -> None:
    write("plotters/me/draw/1.json", {**PLOTTER, "description": "short"})
    write("plotters/me/draw/1.py", DRAW)
    write("plotters/me/draw/1.rst", "long\n")
    made = Plotter(str(tmp_path), "me/draw/1")
    made.write()
    assert made.documentation == "long\n"
    made.write(plotter.Storage(str(tmp_path), "me/draw/2"))
    copy = Plotter(str(tmp_path), "me/draw/2")
    assert (copy.documentation, copy.code, copy.errors) == ("long\n", DRAW.encode(), [])
