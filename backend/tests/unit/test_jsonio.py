"""JSON in and out."""

from __future__ import annotations

import json
from collections import OrderedDict
from pathlib import Path

import numpy
import pytest
import simplejson

from beat.backend.python import jsonio
from beat.backend.python.utils import NumpyJSONEncoder


def test_keys_keep_their_order() -> None:
    loaded = jsonio.loads('{"b": {"z": 1, "y": 2}, "a": [1.0, true, null]}')
    assert loaded == OrderedDict([("b", OrderedDict([("z", 1), ("y", 2)])), ("a", [1.0, True, None])])
    assert isinstance(loaded["b"], OrderedDict)


@pytest.mark.parametrize("text", ['{"a": 1, "b": 2, "a": 1}', '[{"x": {"a": 1, "a": 2}}]'])
def test_repeated_keys_are_refused(text: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        jsonio.loads(text)
    assert str(caught.value) == "Invalid file content\na found several times"


def test_the_hook_takes_any_pairs() -> None:
    assert jsonio.error_on_duplicate_key_hook(iter([("b", 1), ("a", 2)])) == OrderedDict([("b", 1), ("a", 2)])
    assert simplejson.loads('{"a": 1}', object_pairs_hook=jsonio.error_on_duplicate_key_hook) == {"a": 1}


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"a": -Infinity}', b"\xff", "[" * 100_000, "1" * 10_000])
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        jsonio.loads(text)


def test_files_are_utf8_with_or_without_a_mark(tmp_path: Path) -> None:
    for mark in ("", "\ufeff"):
        (tmp_path / "a.json").write_text(mark + '{"é": "ü"}', encoding="utf-8")
        assert jsonio.load(tmp_path / "a.json") == {"é": "ü"}
        assert jsonio.loads((mark + "3").encode()) == 3


def test_numpy_values_are_written_as_plain_ones() -> None:
    data = {
        "float": numpy.float64(1.5),
        "single": numpy.float32(0.5),
        "int": numpy.int8(-3),
        "bool": numpy.bool_(True),
        "text": numpy.str_("x"),
        "array": numpy.array([[1, 2], [3, 4]], dtype="uint16"),
        "texts": numpy.array(["a", "b"], dtype=object),
        "types": [numpy.dtype("int8"), numpy.dtype("str"), numpy.dtype("U7"), numpy.float32],
    }
    assert json.loads(jsonio.dumps(data)) == {
        "float": 1.5,
        "single": 0.5,
        "int": -3,
        "bool": True,
        "text": "x",
        "array": [[1, 2], [3, 4]],
        "texts": ["a", "b"],
        "types": ["int8", "string", "string", "float32"],
    }


@pytest.mark.parametrize("value", [1j, numpy.complex64(1), object(), {1, 2}])
def test_the_rest_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError):
        simplejson.dumps({"a": value}, cls=NumpyJSONEncoder)


def test_the_encoder_takes_the_arguments_of_simplejson() -> None:
    text = simplejson.dumps({"b": numpy.int64(1), "a": 2}, cls=NumpyJSONEncoder, indent=2, sort_keys=True)
    assert text == '{\n  "a": 2,\n  "b": 1\n}'
    assert jsonio.dumps({"b": 1, "a": 2}, indent=None) == '{"b": 1, "a": 2}'
