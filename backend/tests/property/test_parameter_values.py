"""Whatever is given for a parameter: a value of its type within its limits, or a `ValueError`."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beat.backend.python.jsonio import dumps
from beat.backend.python.parameters import cast, clean, convert, plain

TYPES = [
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float32", "float64", "complex64", "complex128", "bool", "string"),
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.integers(-(2**65), 2**65).map(str)


def dtype_of(name: str) -> numpy.dtype[Any]:
    return numpy.dtype("str" if name == "string" else name)


@pytest.mark.parametrize("name", TYPES)
@given(value=VALUES)
def test_a_value_of_the_type_or_a_value_error(name: str, value: Any) -> None:
    dtype = dtype_of(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = cast(value, dtype)
        except ValueError:
            return
        assert type(result) is dtype.type
        again = cast(result, dtype)
    assert again == result or result != result


@pytest.mark.parametrize("name", [name for name in TYPES if "int" in name])
@given(value=st.integers(-(2**66), 2**66))
def test_integers_arrive_unchanged_or_not_at_all(name: str, value: int) -> None:
    limits = numpy.iinfo(name)
    if limits.min <= value <= limits.max:
        assert int(cast(value, numpy.dtype(name))) == value
    else:
        with pytest.raises(ValueError):
            cast(value, numpy.dtype(name))


@given(
    name=st.sampled_from(TYPES),
    default=SCALARS,
    choice=st.lists(SCALARS, min_size=1, max_size=4),
    bounds=st.lists(SCALARS, max_size=3),
    keys=st.sets(st.sampled_from(["default", "choice", "range"])),
)
def test_a_declaration_without_problems_accepts_its_own_values(
    name: str, default: Any, choice: list[Any], bounds: list[Any], keys: set[str]
) -> None:
    given_values = {"default": default, "choice": choice, "range": bounds}
    parameters: dict[str, Any] = {"p": {"type": name} | {key: given_values[key] for key in sorted(keys)}}
    if convert(parameters):
        return
    if "default" in keys:
        kept = parameters["p"]["default"]
        assert clean(parameters, "p", kept) == kept or kept != kept
    again = json.loads(dumps(plain(parameters)))
    assert convert(again) == []
    assert dumps(plain(again)) == dumps(plain(parameters))
