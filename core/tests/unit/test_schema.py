"""Validation of declarations: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy
import pytest

from beat.backend.python.problems import Problem
from beat.core import schema
from beat.core.schema import accept, files

VERSIONS = {
    "algorithm": (1, 2, 3),
    "common": (1,),
    "database": (1, 2),
    "dataformat": (1,),
    "execution": (1,),
    "experiment": (1, 2),
    "library": (1,),
    "plotter": (1,),
    "plotterparameter": (1,),
    "protocoltemplate": (1,),
    "statistics": (1,),
    "toolchain": (1, 2),
}


def algorithm(**changes: Any) -> dict[str, Any]:
    declaration: dict[str, Any] = {
        "schema_version": 2,
        "api_version": 2,
        "type": "autonomous",
        "language": "python",
        "splittable": True,
        "groups": [{"inputs": {"x": {"type": "me/num/1"}}, "outputs": {"y": {"type": "me/num/1"}}}],
        "parameters": {"k": {"type": "uint8", "default": 3, "range": [1, 9]}},
    }
    declaration.update(changes)
    return {key: value for key, value in declaration.items() if value is not None}


def toolchain(**changes: Any) -> dict[str, Any]:
    representation = {"connections": {}, "blocks": {}, "channel_colors": {}}
    lists: dict[str, Any] = {"datasets": [], "blocks": [], "analyzers": [], "connections": []}
    return {**lists, "representation": representation, **changes}


def errors(name: str, data: Any) -> list[Problem]:
    return schema.validate(name, data)[1]


# -- the files -----------------------------------------------------------------------------------------------------


def test_all_schemas_are_there_in_all_their_versions() -> None:
    assert {name: files.versions(name) for name in VERSIONS} == VERSIONS


@pytest.mark.parametrize(("name", "version"), [(name, each) for name, known in VERSIONS.items() for each in known])
def test_schemas_are_draft_4_and_their_references_resolve(name: str, version: int) -> None:
    from jsonschema import Draft4Validator

    Draft4Validator.check_schema(files.schema(name, version))
    assert list(schema.load_schema(name, version).iter_errors({})) is not None
    assert accept._compiled(name, version).is_valid([]) is (name == "common")


def test_clients_find_base_types_and_the_length_of_descriptions() -> None:
    folder = Path(schema.__file__).parent
    definitions = json.loads((folder / "common" / "1.json").read_text(encoding="utf-8"))["definitions"]
    assert definitions["description"]["maxLength"] == 100
    assert definitions["basetype"]["enum"][0] == "int8"
    assert len(definitions["basetype"]["enum"]) == 14


def test_an_unknown_schema_name_raises() -> None:
    with pytest.raises(FileNotFoundError, match="schema called `nothing'"):
        schema.validate("nothing", {})


# -- what can be given ---------------------------------------------------------------------------------------------


def test_the_given_mapping_comes_back_itself() -> None:
    data = algorithm()
    assert schema.validate("algorithm", data) == (data, [])
    assert schema.validate("algorithm", data)[0] is data


@pytest.mark.parametrize("source", ["path text", "path", "text", "bytes", "text file", "binary file"])
def test_a_declaration_may_come_from_anywhere(source: str, tmp_path: Path) -> None:
    text = '\ufeff{"b": "int8", "a": "string"}'
    path = tmp_path / "declaration.json"
    path.write_text(text, encoding="utf-8")
    sources: dict[str, Any] = {
        "path text": str(path),
        "path": path,
        "text": text,
        "bytes": text.encode(),
        "text file": io.StringIO(text),
        "binary file": io.BytesIO(text.encode()),
    }
    data, problems = schema.validate("dataformat", sources[source])
    assert problems == []
    assert data == OrderedDict([("b", "int8"), ("a", "string")])
    assert isinstance(data, OrderedDict)


def test_the_text_of_a_file_is_not_tried_as_a_path(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("{}")
    (tmp_path / "link.json").write_text(str(tmp_path / "real.json"))
    (problem,) = errors("dataformat", tmp_path / "link.json")
    assert "invalid JSON code" in problem


def test_bad_json_is_one_entry() -> None:
    data, problems = schema.validate("library", '{"language": }')
    assert data == '{"language": }'
    assert [problem.split(":")[0] for problem in problems] == ["invalid JSON code"]
    assert problems[0].kind == "syntax"


@pytest.mark.parametrize("text", ['{"a": "int8", "a": "int8"}', '{"v": {"a": "int8", "a": "int8"}}'])
def test_a_repeated_key_is_one_entry(text: str) -> None:
    (problem,) = errors("dataformat", text)
    assert problem == "Invalid JSON: Invalid file content\na found several times"


@pytest.mark.parametrize("text", ['{"language": NaN}', "[" * 100_000, b"\xff\xfe", "", "a\0b", "x" * 10_000])
def test_what_is_no_json_is_one_entry(text: str | bytes) -> None:
    (problem,) = errors("library", text)
    assert problem.startswith("invalid JSON code: ")


def test_files_that_cannot_be_read_are_entries(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.json"):
        (problem,) = errors("library", path)
        assert str(path) in problem
        assert problem.kind == "missing"


# -- versions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [0, 7, -1, 1.5, True, "1", None, [1], {}, float("nan"), float("inf"), 10**400])
def test_a_version_that_does_not_exist_is_one_entry(version: Any) -> None:
    (problem,) = errors("toolchain", toolchain(schema_version=version))
    assert problem.path == "/schema_version"
    assert "is no version of the schema `toolchain': 1, 2" in problem


def test_a_whole_float_selects_a_version() -> None:
    assert errors("toolchain", toolchain(schema_version=1.0)) == []
    assert errors("toolchain", toolchain(schema_version=2.0, loops=[])) == []


def test_data_formats_have_their_own_version_key() -> None:
    assert errors("dataformat", {"#schema_version": 1, "schema_version": "int8"}) == []
    assert errors("dataformat", {"#schema_version": 2})[0].path == "/#schema_version"


# -- shape ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(VERSIONS) - {"common"}))
@pytest.mark.parametrize("data", [None, [], 3, [1, 2], object()])
def test_a_top_level_that_is_no_object_is_one_entry(name: str, data: Any) -> None:
    (problem,) = errors(name, data)
    assert "is not of type 'object'" in problem


def nested(depth: int) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for _ in range(depth):
        data = {"a": data}
    return data


def test_nesting_has_a_limit() -> None:
    assert errors("dataformat", nested(accept.MAX_DEPTH - 1)) == []
    data = nested(900)
    (problem,) = errors("dataformat", data)
    assert "nested deeper than 64 levels" in problem


def test_ten_thousand_levels_are_an_entry() -> None:
    (problem,) = errors("dataformat", '{"a":' * 10_000 + "{}" + "}" * 10_000)
    assert "nested too deeply" in problem


def test_a_mapping_that_holds_itself_is_an_entry() -> None:
    data: dict[str, Any] = {}
    data["a"] = data
    (problem,) = errors("dataformat", data)
    assert "nested deeper" in problem


def test_keys_that_are_no_texts_are_an_entry() -> None:
    (problem,) = errors("dataformat", {1: "int8", "a": "int8"})
    assert "the key 1 is no text" in problem


@pytest.mark.parametrize(
    "value",
    [numpy.arange(3), numpy.int64(3), numpy.dtype("int8"), (3, "int8"), {1, 2}, b"int8", object(), 1 + 2j],
)
@pytest.mark.parametrize("place", ["field", "size"])
def test_values_that_json_does_not_have_are_entries(value: Any, place: str) -> None:
    problems = errors("dataformat", {"v": value if place == "field" else [value, "int8"]})
    assert [problem.path for problem in problems] == ["/v" if place == "field" else "/v/0"]


def test_texts_of_numpy_are_texts() -> None:
    assert errors("dataformat", {numpy.str_("v"): numpy.str_("int8")}) == []


@pytest.mark.parametrize(
    "declaration",
    ['{"language": "\\ud800"}', '{"language": "python", "x": ["\\udfff"]}', '{"language": "python", "\\ud800": 1}'],
)
def test_half_a_surrogate_pair_is_refused(declaration: str) -> None:
    """No file and no digest can hold it."""
    (problem,) = errors("library", declaration)
    problem.encode()


def test_surrogate_pairs_are_characters() -> None:
    assert errors("library", '{"language": "python", "description": "\\ud83d\\ude00"}') == []


# -- wording -------------------------------------------------------------------------------------------------------

BASE_TYPES = files.schema("common", 1)["definitions"]["basetype"]["enum"]
IDENTIFIER = "'^[a-zA-Z_][a-zA-Z0-9_-]*$'"
REFERENCE = "'^[a-zA-Z_][a-zA-Z0-9_-]*/[a-zA-Z0-9_-]+/[0-9]+$'"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        (
            "dataformat",
            {"1st": "int8"},
            [f"/: '1st' does not match any of the regexes: {IDENTIFIER} (rule: /additionalProperties)"],
        ),
        (
            "dataformat",
            {"2": "int8", "1": "int8"},
            [f"/: '1', '2' do not match any of the regexes: {IDENTIFIER} (rule: /additionalProperties)"],
        ),
        (
            "dataformat",
            {"#description": "d" * 101},
            [f"/#description: '{'d' * 101}' is too long (rule: /properties/#description/maxLength)"],
        ),
        (
            "plotter",
            {"language": "python", "parameters": [], "dataformat": "plot/a/1"},
            ["/parameters: [] is not of type 'object' (rule: /properties/parameters/type)"],
        ),
        (
            "plotterparameter",
            {"plotter": "a/1", "color": 1},
            [
                "/: 'data' is a required property (rule: /required)",
                "/: Additional properties are not allowed ('color' was unexpected) (rule: /additionalProperties)",
                f"/plotter: 'a/1' does not match {REFERENCE} (rule: /properties/plotter/pattern)",
            ],
        ),
        (
            "database",
            {"root_folder": "/a", "protocols": [{"name": "p", "template": "t", "sets": []}]},
            ["/protocols/0/sets: [] is too short (rule: /properties/protocols/items/properties/sets/minItems)"],
        ),
        (
            "database",
            OrderedDict(
                root_folder="/a",
                schema_version=2,
                protocols=[OrderedDict(name="p", template="t/1", views=OrderedDict())],
            ),
            [
                "/protocols/0/views: OrderedDict() does not have enough properties "
                "(rule: /properties/protocols/items/properties/views/minProperties)"
            ],
        ),
        (
            "toolchain",
            toolchain(datasets=[{"name": "a", "outputs": ["x", "x"]}], loops=[{}]),
            [
                "/datasets/0/outputs: ['x', 'x'] has non-unique elements "
                "(rule: /properties/datasets/items/properties/outputs/uniqueItems)",
                "/loops: [{}] is too long (rule: /properties/loops/maxItems)",
            ],
        ),
        (
            "statistics",
            {"cpu": None, "memory": {"rss": 1.5}, "data": {"volume": 1, "blocks": 1, "time": 1, "files": 1}},
            [
                "/cpu: None is not of type 'object' (rule: /properties/cpu/type)",
                "/data/blocks: 1 is not of type 'object' (rule: /properties/data/properties/blocks/type)",
                "/data/files: 1 is not of type 'array' (rule: /properties/data/properties/files/type)",
                "/data/time: 1 is not of type 'object' (rule: /properties/data/properties/time/type)",
                "/data/volume: 1 is not of type 'object' (rule: /properties/data/properties/volume/type)",
                "/memory/rss: 1.5 is not a multiple of 1.0 (rule: /properties/memory/properties/rss/multipleOf)",
            ],
        ),
    ],
)
def test_entries_have_the_wording_that_programs_search_for(name: str, data: Any, expected: list[str]) -> None:
    assert errors(name, data) == expected


def test_alternatives_are_lines_of_one_entry() -> None:
    (problem,) = errors("dataformat", {"v": {"w": 8}})
    assert problem.split("\n")[1:] == [
        f"  /v: {{'w': 8}} is not one of {BASE_TYPES} (rule: /0/enum)",
        "  /v: {'w': 8} is not of type 'string' (rule: /0/type)",
        "  /v: {'w': 8} is not of type 'string' (rule: /1/type)",
        f"  /v/w: 8 is not valid under any of the given schemas (rule: /2/patternProperties/{IDENTIFIER[1:-1]}/oneOf)",
        f"    /v/w: 8 is not one of {BASE_TYPES} (rule: /0/enum)",
        "    /v/w: 8 is not of type 'string' (rule: /0/type)",
        "    /v/w: 8 is not of type 'string' (rule: /1/type)",
        "    /v/w: 8 is not of type 'object' (rule: /2/type)",
        "    /v/w: 8 is not of type 'array' (rule: /3/type)",
        "  /v: {'w': 8} is not of type 'array' (rule: /3/type)",
    ]


def test_positions_sort_as_numbers() -> None:
    problems = errors("protocoltemplate", {"schema_version": 1, "sets": [{"name": f"s{i}"} for i in range(12)]})
    assert [problem.path for problem in problems] == [f"/sets/{i}" for i in range(12)]


def test_the_entry_knows_its_place_and_family() -> None:
    (problem,) = errors("library", {"language": "pyton"})
    assert (problem.path, problem.kind, problem.hint) == ("/language", "schema", "did you mean `python'?")


@pytest.mark.parametrize(
    ("name", "data", "hint"),
    [
        ("plotterparameter", {"plotter": "a/b/1", "data": {}, "descripton": ""}, "did you mean `description'?"),
        ("dataformat", {"v": [0, "in8"]}, "did you mean `int8'?"),
        (
            "algorithm",
            algorithm(type="sequental", parameters=None),
            "did you mean `sequential'?",
        ),
        (
            "algorithm",
            algorithm(splittable=3),
            "/splittable: 3 is not of type 'boolean'",
        ),
    ],
)
def test_hints_tell_what_would_be_right(name: str, data: Any, hint: str) -> None:
    (problem,) = errors(name, data)
    assert problem.hint == hint


# -- size ----------------------------------------------------------------------------------------------------------


def test_many_errors_are_cut_short() -> None:
    problems = errors("dataformat", {f"a{i}": 1 for i in range(10_000)})
    assert len(problems) == 101
    assert "more than 100 entries are wrong" in problems[-1]


def test_many_strange_keys_make_a_short_message() -> None:
    (problem,) = errors("dataformat", {str(i): 1 for i in range(10_000)})
    assert "and 9980 more" in problem
    assert len(problem) < 1000


def test_large_values_are_cut_in_their_middle() -> None:
    inputs = {f"a{i}": {"type": "me/num/1"} for i in range(2000)}
    (problem,) = errors("algorithm", algorithm(groups=[{"inputs": inputs, "outputs": 1}]))
    assert "is not valid under any of the given schemas" in problem
    assert len(problem) < 10_000


def test_many_wrong_things_in_alternatives_are_cut_short() -> None:
    inputs = {f"a{i}": {"type": "num"} for i in range(2000)}
    (problem,) = errors("algorithm", algorithm(groups=[{"inputs": inputs, "outputs": inputs}]))
    assert problem.count("\n") == 200
    assert problem.endswith("\n  ...")


@pytest.mark.timeout(20)
def test_hostile_texts_meet_linear_expressions() -> None:
    # Python's own expressions would try some 10**12 ways to match these.
    connection = {"from": "a" * 10**6 + "!", "to": "b.c", "channel": "d"}
    drawn = {"connections": {"a" * 10**6 + "/!": []}, "blocks": {}, "channel_colors": {}}
    problems = errors("toolchain", toolchain(connections=[connection], representation=drawn))
    assert [problem.path for problem in problems] == ["/connections/0/from", "/representation/connections"]


# -- rules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("dataformat", {}),
        ("dataformat", {"a-b": [1, 2, 3, 4, 5, {"x": "bool"}], "#extends": "a/b/1", "v": {"#description": "inner"}}),
        ("dataformat", {"line_feed_at_the_end\n": "int8"}),
        ("library", {"language": "r", "colour": 3}),
        ("algorithm", algorithm(parameters={"k": {"type": "int8", "choice": [1], "anything": None}})),
        ("algorithm", algorithm(parameters={"k": {"type": "float32", "range": ["-10.0", 3]}})),
        ("database", {"root_folder": "nfs://host.example:/a b/c", "protocols": [
            {"name": "9.x", "template": "1", "sets": [
                {"name": "0", "view": "V", "outputs": {"o": "a/b/1"}, "parameters": {"x y": []}}]}]}),
        ("database", {"root_folder": "/a", "schema_version": 2, "protocols": [
            {"name": "p", "template": "t/1", "views": {"1": "anything", "s": {}}}]}),
        ("toolchain", toolchain()),
        ("toolchain", toolchain(loops=[])),
        ("toolchain", toolchain(loops=[], schema_version=2)),
    ],
)  # fmt: skip
def test_declarations_that_are_in_use_are_valid(name: str, data: Any) -> None:
    assert errors(name, data) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("dataformat", {"v": [-1, "int8"]}),
        ("dataformat", {"v": [1.0, "int8"]}),
        ("dataformat", {"v": [True, "int8"]}),
        ("dataformat", {"v": ["int8"]}),
        ("dataformat", {"v": [0, [0, "int8"]]}),
        ("dataformat", {"v": [0, 0, 0, 0, 0, 0, "int8"]}),
        ("dataformat", {"v": "str"}),
        ("library", {}),
        ("library", {"language": "python", "uses": {"x-y": "a/b/1"}}),
        ("algorithm", algorithm(type="loop")),
        ("algorithm", algorithm(type=None)),
        ("algorithm", algorithm(schema_version=1)),
        ("algorithm", algorithm(results={"r": {"type": "int32"}}, splittable=None)),
        ("algorithm", algorithm(parameters={"k": {"type": "int8", "range": [1]}})),
        ("algorithm", algorithm(parameters={"k": {"type": "int8", "choice": []}})),
        ("algorithm", algorithm(parameters={"k": {"type": "int8", "default": None}})),
        ("database", {"root_folder": "/", "protocols": []}),
        ("toolchain", toolchain(schema_version=2)),
        ("toolchain", toolchain(loops=[{"name": "l"}])),
    ],
)
def test_declarations_that_nobody_could_use_are_refused(name: str, data: Any) -> None:
    assert errors(name, data)


EXECUTION = {
    "inputs": {"in": {"path": f"ab/cd/ef/{'0' * 58}", "hash": f"abcdef{'0' * 58}", "channel": "c", "endpoint": "e"}},
    "channel": "c",
    "algorithm": "a/b/1",
    "parameters": {"k": 1},
    "queue": "q",
    "environment": {"name": "n", "version": "1"},
}
RESULT = {"path": f"ab/cd/ef/{'0' * 58}", "hash": f"abcdef{'0' * 58}"}


@pytest.mark.parametrize(
    ("changes", "valid"),
    [
        ({"result": RESULT}, True),
        ({"result": RESULT, "nb_slots": 1, "loop": {}, "range": [None, 3.0]}, True),
        ({"outputs": {"out": {**RESULT, "channel": "c", "endpoint": "e"}}, "nb_slots": 1}, True),
        ({"outputs": {"out": {**RESULT, "channel": "c", "endpoint": "e"}}}, False),
        ({"outputs": {"out": {**RESULT, "channel": "c", "endpoint": "e"}}, "nb_slots": 1, "result": RESULT}, False),
        ({"result": RESULT, "range": [0.5, 1]}, False),
        ({"result": RESULT, "range": [0]}, False),
        ({}, False),
    ],
)
def test_configurations_are_of_a_block_or_of_an_analyzer(changes: dict[str, Any], valid: bool) -> None:
    assert (errors("execution", {**EXECUTION, **changes}) == []) is valid


# -- cost ----------------------------------------------------------------------------------------------------------


def test_the_explaining_validator_is_not_loaded_for_valid_declarations() -> None:
    program = f"""
import sys
from beat.core import schema
assert schema.validate("algorithm", {algorithm()!r})[1] == []
assert schema.validate("dataformat", '{{"a": "int8"}}')[1] == []
assert "jsonschema" not in sys.modules
assert schema.validate("library", {{}})[1]
assert "jsonschema" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
