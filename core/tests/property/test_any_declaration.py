"""Whatever is declared ends in `errors`: no declaration makes an object raise, and a valid one can be used.

Most examples are golden declarations with some changes, since what is nearly right gets furthest into the checks.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beat.backend.python.problems import Problem
from beat.core import catalog
from beat.core.algorithm import Algorithm
from beat.core.database import Database
from beat.core.dataformat import DataFormat
from beat.core.experiment import Experiment
from beat.core.experiment import Storage as ExperimentStorage
from beat.core.library import Library
from beat.core.plotter import Plotter
from beat.core.plotterparameter import Plotterparameter
from beat.core.protocoltemplate import ProtocolTemplate
from beat.core.schema import validate
from beat.core.stats import Statistics
from beat.core.toolchain import Toolchain

GOLDEN = Path(__file__).parents[3] / "tests" / "golden" / "prefix"
PREFIX = str(GOLDEN)

CLASSES: dict[str, Any] = {
    "algorithm": Algorithm,
    "database": Database,
    "dataformat": DataFormat,
    "library": Library,
    "plotter": Plotter,
    "plotterparameter": Plotterparameter,
    "protocoltemplate": ProtocolTemplate,
    "toolchain": Toolchain,
}


def golden_declarations(kind: str) -> list[dict[str, Any]]:
    """Read the golden declarations of a kind that are JSON objects, valid or not."""
    found = []
    for path in sorted((GOLDEN / catalog.FOLDERS[kind]).rglob("*.json")):
        try:
            declaration = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        if isinstance(declaration, dict):
            found.append(declaration)
    return found


DECLARATIONS = {kind: golden_declarations(kind) for kind in CLASSES}


def golden_pairs() -> list[tuple[dict[str, Any], Any]]:
    """Read the golden experiments that are valid, each with the declaration of its toolchain."""
    pairs = []
    for label in catalog.names(PREFIX, "experiment"):
        experiment = Experiment(PREFIX, label)
        if experiment.toolchain is not None and experiment.toolchain.data:
            pairs.append((experiment.data, experiment.toolchain.data))
    return pairs


PAIRS = golden_pairs()

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([0, 1, 2, 3, -1, 1.0, 2.5, 10**400, 1e300, float("nan"), float("inf"), 2**63, 2**64])
    | st.sampled_from(["", "int8", "string", "str", "orla/num/1", "a/b/1", "plot/a/1", "../../x/1", "/etc/x/1", "a.b"])
    | st.sampled_from(["me/num/1\n", "\0", "\x1b[31m", "\ud800", "x" * 5000, "٣", "1", "True", "nan", "-", "__type__"])
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(st.text(max_size=6), json_values, max_size=5)


def places(value: Any) -> list[tuple[Any, Any]]:
    """List all ``(container, key)`` of a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, item in items:
        found.append((value, key))
        found += places(item)
    return found


@st.composite
def changed(draw: st.DrawFn, declarations: list[Any]) -> Any:
    """A golden declaration of which values are dropped, renamed, retyped, repeated or swapped."""
    declaration = copy.deepcopy(draw(st.sampled_from(declarations)))
    for _ in range(draw(st.integers(1, 4))):
        everywhere = places(declaration)
        if not everywhere:
            break
        container, key = draw(st.sampled_from(everywhere))
        other, other_key = draw(st.sampled_from(everywhere))
        action = draw(st.sampled_from(["drop", "rename", "retype", "copy", "swap", "repeat"]))
        if action == "drop":
            del container[key]
        elif action == "rename" and isinstance(container, dict):
            container[draw(st.text(max_size=4) | st.sampled_from(["x", "1", "a-b", "é", "\ud800", "a\n"]))] = (
                container.pop(key)
            )
        elif action == "retype":
            container[key] = draw(json_values)
        elif action == "copy":
            container[key] = copy.deepcopy(other[other_key])
        elif action == "swap":
            first, second = copy.deepcopy(container[key]), copy.deepcopy(other[other_key])
            container[key] = second
            other[other_key] = first
        elif action == "repeat" and isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
    return declaration


def assert_told(declared: Any) -> None:
    """Assert that an object tells what is wrong with it, or else can be used."""
    assert all(isinstance(error, Problem) and error.kind for error in declared.errors)
    assert len(set(declared.errors)) == len(declared.errors)
    assert declared.valid == (not declared.errors)
    assert isinstance(declared.name, str)
    assert declared.description is None or not declared.valid or isinstance(declared.description, str)
    if declared.valid:
        json.loads(declared.json_dumps())
        "\n".join(str(error) for error in declared.errors).encode()


@pytest.mark.parametrize("kind", sorted(CLASSES))
@given(data=st.data())
def test_any_object_ends_in_errors(kind: str, data: st.DataObject) -> None:
    assert_told(CLASSES[kind](PREFIX, data.draw(json_objects | changed(DECLARATIONS[kind]))))


@given(changed(DECLARATIONS["dataformat"]))
def test_a_valid_format_makes_data(declaration: dict[str, Any]) -> None:
    dataformat = DataFormat(PREFIX, declaration)
    if dataformat.valid and all(size < 5 for size in sizes(dataformat.resolved)):
        data = dataformat.type()
        assert data.isclose(dataformat.type().unpack(data.pack()))


def sizes(resolved: Any) -> list[int]:
    """List the sizes of all arrays in a format, nested ones included."""
    found: list[int] = []
    for kind in resolved.values():
        *shape, element = kind if isinstance(kind, list) else [kind]
        found += [size for size in shape if isinstance(size, int)]
        found += sizes(element.resolved) if isinstance(element, DataFormat) else []
    return found


@given(changed(DECLARATIONS["algorithm"]))
def test_a_valid_algorithm_takes_its_own_defaults(declaration: dict[str, Any]) -> None:
    algorithm = Algorithm(PREFIX, declaration)
    if algorithm.valid:
        assert algorithm.input_map
        for name, parameter in (algorithm.parameters or {}).items():
            assert isinstance(parameter["type"], numpy.dtype)
            if "default" in parameter:
                assert algorithm.clean_parameter(name, parameter["default"]) == parameter["default"]


@given(changed(DECLARATIONS["toolchain"]))
def test_a_valid_toolchain_has_an_order(declaration: dict[str, Any]) -> None:
    toolchain = Toolchain(PREFIX, declaration)
    if toolchain.valid:
        items = {*toolchain.blocks, *toolchain.loops, *toolchain.analyzers}
        assert set(toolchain.execution_order()) == items


@settings(max_examples=200)
@given(json_objects | changed([pair[0] for pair in PAIRS]), json_objects | changed([pair[1] for pair in PAIRS]))
def test_any_pair_ends_in_errors(experiment: dict[str, Any], toolchain: dict[str, Any]) -> None:
    assert_told(Experiment(PREFIX, (experiment, toolchain)))


@settings(max_examples=200)
@given(changed(PAIRS).filter(lambda pair: len(pair) == 2))
def test_a_valid_experiment_can_be_set_up(pair: Any) -> None:
    experiment = Experiment(PREFIX, pair)
    assert_told(experiment)
    if experiment.valid:
        try:
            configurations = experiment.setup()
        except KeyError as error:
            assert "globals" in str(error)  # the only thing that may still be missing
            return
        for item in configurations.values():
            assert validate("execution", item["configuration"])[1] == []


@given(json_objects)
def test_any_statistics_end_in_errors(declaration: dict[str, Any]) -> None:
    statistics = Statistics(declaration)
    assert statistics.valid == (not declaration)


@pytest.mark.parametrize("kind", [*sorted(CLASSES), "experiment"])
@given(data=st.data())
def test_names_of_a_wrong_shape_raise(kind: str, data: st.DataObject) -> None:
    klass: Any = Experiment if kind == "experiment" else CLASSES[kind]
    counts = {4, 5} if kind == "experiment" else {catalog.name_parts(kind)}
    parts = st.lists(st.text(st.characters(exclude_characters="/"), max_size=5), min_size=1, max_size=7)
    name = "/".join(data.draw(parts.filter(lambda pieces: len(pieces) not in counts)))
    with pytest.raises(RuntimeError, match="invalid"):
        klass(PREFIX, name)


BAD_PARTS = ["", ".", "..", "\0", "a\0b", "a\nb", "\x1b[1m", "\x7f", "a\\b", "\ud800", "\u202e"]


@pytest.mark.parametrize("kind", [*sorted(CLASSES), "experiment"])
@pytest.mark.parametrize("part", BAD_PARTS)
def test_parts_that_are_no_file_names_raise(kind: str, part: str) -> None:
    klass: Any = Experiment if kind == "experiment" else CLASSES[kind]
    parts = catalog.name_parts(kind)
    for position in range(parts):
        pieces = ["a"] * parts
        pieces[position] = part
        with pytest.raises(RuntimeError, match="invalid"):
            klass(PREFIX, "/".join(pieces))


@pytest.mark.parametrize("kind", ["algorithm", "database", "library", "plotter", "plotterparameter"])
@given(st.lists(json_values, max_size=5).filter(lambda items: len(items) != 2))
def test_tuples_of_a_wrong_length_raise(kind: str, items: list[Any]) -> None:
    for sequence in (tuple(items), items):
        with pytest.raises(ValueError, match="unpack"):
            CLASSES[kind](PREFIX, sequence)


@pytest.mark.parametrize("kind", ["algorithm", "database", "library", "plotter"])
@given(st.sampled_from([0, 1.5, True, b"name", object(), float("nan")]))
def test_what_is_no_declaration_at_all_ends_in_errors(kind: str, data: Any) -> None:
    assert len(CLASSES[kind](PREFIX, data).errors) == 1
    assert len(CLASSES[kind](PREFIX, (data, None)).errors) == 1


def test_experiments_need_a_pair() -> None:
    with pytest.raises(RuntimeError, match="no default experiment"):
        Experiment(PREFIX, None)
    with pytest.raises(TypeError, match="does not say its toolchain"):
        Experiment(PREFIX, {})
    with pytest.raises(ValueError, match="unpack"):
        Experiment(PREFIX, ({},))
    with pytest.raises(RuntimeError, match="invalid experiment label"):
        ExperimentStorage(PREFIX, "a/b/c")


# -- digests -----------------------------------------------------------------------------------------------------------


@st.composite
def rewritten(draw: st.DrawFn, value: Any) -> Any:
    """The same JSON value with the keys of its objects in another order."""
    if isinstance(value, dict):
        return {key: draw(rewritten(value[key])) for key in draw(st.permutations(list(value)))}
    return [draw(rewritten(item)) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", [*sorted(CLASSES), "experiment"])
@given(data=st.data())
def test_digests_do_not_depend_on_layout_or_description(
    kind: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    declarations = [pair[0] for pair in PAIRS] if kind == "experiment" else DECLARATIONS[kind]
    declaration = data.draw(st.sampled_from(declarations))
    key = "#description" if kind == "dataformat" else "description"
    other = {**data.draw(rewritten(declaration)), key: data.draw(st.text(st.characters(codec="utf-8"), max_size=100))}
    klass: Any = ExperimentStorage if kind == "experiment" else CLASSES[kind].storage_type
    storage = klass(str(tmp_path_factory.mktemp("prefix")), "/".join("a" * catalog.name_parts(kind)))
    indent = data.draw(st.none() | st.integers(0, 5) | st.just("\t"))
    digests = set()
    for text in (json.dumps(declaration), json.dumps(other, indent=indent, ensure_ascii=data.draw(st.booleans()))):
        storage.json.save(text)
        digests.add(storage.hash())
    assert len(digests) == 1
