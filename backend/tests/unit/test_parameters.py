"""Declarations of parameters, converted and checked, and values for them."""

from __future__ import annotations

import json
import math
import warnings
from typing import Any

import numpy
import pytest

from beat.backend.python.jsonio import dumps
from beat.backend.python.parameters import cast, clean, convert, plain

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def declared(**declaration: Any) -> tuple[dict[str, Any], list[Any]]:
    parameters = {"p": declaration}
    problems: list[Any] = convert(parameters)
    return parameters["p"], problems


@pytest.mark.parametrize("name", [*INTEGERS, "float32", "float64", "complex64", "complex128", "bool", "string"])
def test_types_and_values_become_numpy(name: str) -> None:
    parameter, problems = declared(type=name, default="1", choice=[1, "1"])
    assert problems == []
    dtype = numpy.dtype("str" if name == "string" else name)
    assert parameter["type"] == dtype
    assert isinstance(parameter["type"], numpy.dtype)
    assert type(parameter["default"]) is dtype.type
    assert [type(item) for item in parameter["choice"]] == [dtype.type] * 2


def test_converting_twice_changes_nothing() -> None:
    parameters = {"a": {"type": "string", "default": "x"}, "b": {"type": "int8", "default": 3, "range": ["1", 5]}}
    assert convert(parameters) == []
    once = {name: dict(declaration) for name, declaration in parameters.items()}
    assert convert(parameters) == []
    assert parameters == once


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_keep_to_their_limits(name: str) -> None:
    dtype = numpy.dtype(name)
    limits = numpy.iinfo(dtype)
    for value in (int(limits.min), int(limits.max)):
        assert int(cast(value, dtype)) == value
    for value in (int(limits.min) - 1, int(limits.max) + 1):
        with pytest.raises(ValueError, match="is not between"):
            cast(value, dtype)


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        ("7", "int8", 7),
        (7.9, "int32", 7),
        (-7.9, "int32", -7),
        (True, "uint8", 1),
        (numpy.float32(2.5), "int16", 2),
        ("-10.0", "float64", -10.0),
        ("no", "bool", True),
        ("", "bool", False),
        (12, "string", "12"),
        ("1+2j", "complex128", 1 + 2j),
        (2**53 + 1, "int64", 2**53 + 1),
        ("inf", "float32", math.inf),
    ],
)
def test_lenient_casts(value: Any, name: str, expected: Any) -> None:
    result = cast(value, numpy.dtype("str" if name == "string" else name))
    assert result == expected
    assert isinstance(result, numpy.generic)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "int8"),
        (None, "str"),
        ([1], "int8"),
        ({"a": 1}, "str"),
        ("x", "int8"),
        ("7.5", "int8"),
        ("x", "float32"),
        (math.nan, "int8"),
        (math.inf, "uint64"),
        (1j, "float64"),
        (numpy.complex64(1 + 2j), "float32"),
        (numpy.complex64(1 + 2j), "int8"),
        (numpy.int64(300), "uint8"),
        (10**400, "float64"),
        (1e39, "float32"),
    ],
)
def test_what_does_not_fit_is_a_value_error(value: Any, name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError):
            cast(value, numpy.dtype(name))


@pytest.mark.parametrize(
    ("declaration", "text"),
    [
        ({"default": 300}, "default for parameter `p' cannot be cast to type `uint8': 300 is not between 0 and 255"),
        ({"default": "x"}, "default for parameter `p' cannot be cast to type `uint8'"),
        ({"range": ["x", 3], "default": 9}, "start of range for parameter `p' cannot be cast"),
        ({"range": [1, 300]}, "end of range for parameter `p' cannot be cast"),
        ({"range": [3, 3]}, "range for parameter `p' has a start greater than or equal to the end value (3 >= 3)"),
        ({"range": [1, 2, 3]}, "range for parameter `p' is not a list of two values"),
        ({"range": 5}, "range for parameter `p' is not a list of two values"),
        ({"choice": []}, "choice for parameter `p' is not a list with one value at least"),
        ({"choice": "abc"}, "choice for parameter `p' is not a list"),
        ({"choice": [1, 2, "x"], "default": 7}, "choice[2] for parameter `p' cannot be cast"),
        ({"range": [1, 5], "default": 6}, "default for parameter `p' (6) is not within parameter range [1, 5]"),
        ({"choice": [1, 2], "default": 3}, "default for parameter `p' (3) is not a valid choice `[1, 2]'"),
    ],
)
def test_each_defect_is_one_problem(declaration: dict[str, Any], text: str) -> None:
    _, (problem,) = declared(type="uint8", **declaration)
    assert problem.startswith(text)
    assert problem.path.startswith("/parameters/p/")
    assert problem.kind == "value"


def test_messages_print_plain_values() -> None:
    _, (problem,) = declared(type="float32", default=0.5, choice=[0.1, 0.25])
    assert problem.startswith("default for parameter `p' (0.5) is not a valid choice `[0.1, 0.25]'")
    _, (problem,) = declared(type="string", default="blu", choice=["blue", "red"])
    assert problem.startswith("default for parameter `p' ('blu') is not a valid choice `['blue', 'red']'")
    assert problem.hint == "did you mean `blue'?"


def test_an_unknown_type() -> None:
    _, (problem,) = declared(type="integer", default=1)
    assert "type of parameter `p' is not known: integer" in problem


def test_clean() -> None:
    parameters = {
        "n": {"type": "int8", "range": [-5, 5]},
        "s": {"type": "string", "choice": ["above", "below"]},
    }
    assert convert(parameters) == []
    assert clean(parameters, "n", "-5") == -5
    assert clean(parameters, "n", 5.9) == 5
    for value in (6, -6, 1000, "x", None):
        with pytest.raises(ValueError, match="parameter `n'"):
            clean(parameters, "n", value)
    assert clean(parameters, "s", "above") == "above"
    with pytest.raises(ValueError, match="did you mean `above'"):
        clean(parameters, "s", "abov")
    for declarations in (parameters, {}, None):
        with pytest.raises(KeyError) as caught:
            clean(declarations, "other", 1)
        assert caught.value.args == ("other",)


def test_declarations_are_dumped_as_they_were() -> None:
    original = {
        "c": {"type": "complex64", "default": "1+2j", "choice": [1, "1+2j"]},
        "s": {"type": "string", "default": "x"},
        "f": {"type": "float64", "range": [0, 1.5]},
        "b": {"type": "bool", "default": True},
    }
    parameters = {name: dict(declaration) for name, declaration in original.items()}
    assert convert(parameters) == []
    text = dumps(plain(parameters), indent=None)
    assert '"type": "complex64", "default": "(1+2j)", "choice": [1.0, "(1+2j)"]' in text
    assert '{"type": "string", "default": "x"}' in text
    assert '{"type": "float64", "range": [0.0, 1.5]}' in text
    assert '{"type": "bool", "default": true}' in text
    again = json.loads(text)
    assert convert(again) == []
    assert again == parameters


def test_numbers_that_json_does_not_know_are_dumped_as_texts() -> None:
    parameters: dict[str, Any] = {"f": {"type": "float32", "choice": [math.inf, 1]}, "g": {"type": "float64"}}
    parameters["g"]["default"] = "nan"
    assert convert(parameters) == []
    text = dumps(plain(parameters), indent=None)
    assert '"choice": ["inf", 1.0]' in text and '"default": "nan"' in text
    again = json.loads(text)
    assert convert(again) == []
    assert again["f"]["choice"][0] == math.inf and math.isnan(again["g"]["default"])
