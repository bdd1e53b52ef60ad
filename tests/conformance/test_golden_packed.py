"""Values, packed bytes, casts and comparisons of the golden prefix, exactly as recorded."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

from beat.core.dataformat import DataFormat

EXCEPTIONS = {"TypeError": TypeError, "AttributeError": AttributeError, "ValueError": ValueError}


def decoded(value: Any) -> Any:
    """Undo how the golden data write what JSON cannot."""
    if isinstance(value, dict):
        if "__complex__" in value:
            return complex(*map(decoded, value["__complex__"]))
        if "__float__" in value:
            return float(value["__float__"])
        return {key: decoded(item) for key, item in value.items()}
    return [decoded(item) for item in value] if isinstance(value, list) else value


def same(one: Any, two: Any) -> bool:
    """Compare exactly, with NaN equal to itself."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(same(a, b) for a, b in zip(one, two, strict=True))
    if isinstance(one, complex | numpy.complexfloating):
        return same(float(one.real), float(two.real)) and same(float(one.imag), float(two.imag))
    if isinstance(one, float | numpy.floating):
        return float(one) == float(two) or (math.isnan(one) and math.isnan(two))
    return bool(one == two)


@pytest.fixture(scope="module")
def load(golden_prefix: Path) -> Callable[[str], DataFormat]:
    cache: dict[str, DataFormat] = {}

    def find(name: str) -> DataFormat:
        return cache.get(name) or DataFormat(str(golden_prefix), name, dataformat_cache=cache)

    return find


def test_values_pack_to_the_recorded_bytes(golden: Any, load: Any) -> None:
    rows = [(name, row) for name, rows in golden("packed")["values"].items() for row in rows]
    assert len(rows) > 20
    for name, row in rows:
        unit = load(name).type(**decoded(row["value"]))
        assert unit.pack().hex() == row["hex"], name
        assert b"".join(load(name).codec.pack_parts(unit)).hex() == row["hex"], name
        written = io.BytesIO()
        unit.pack_into(written)
        assert written.getvalue().hex() == row["hex"], name
        assert len(unit.pack()) == row["size"], name


def test_recorded_bytes_unpack_to_the_values(golden: Any, load: Any) -> None:
    for name, rows in golden("packed")["values"].items():
        dataformat = load(name)
        for row in rows:
            packed, expected = bytes.fromhex(row["hex"]), decoded(row["dict"])
            unit, end = dataformat.codec.unpack(b"before" + packed + b"behind", 6)
            assert end == 6 + len(packed), name
            assert same(unit.as_dict(), expected), name
            assert same(dataformat.type().unpack(packed).as_dict(), expected), name
            stream = io.BytesIO(packed + b"behind")
            assert same(dataformat.type().unpack_from(stream).as_dict(), expected), name
            assert stream.read() == b"behind", name
            assert unit.isclose(dataformat.type(**expected), equal_nan=True), name


def test_casts_are_allowed_and_refused_as_recorded(golden: Any, load: Any) -> None:
    rows = golden("packed")["from_dict"]
    assert len(rows) > 100
    for row in rows:
        value = decoded(row["value"])
        if "as" in row:
            scalar = numpy.dtype(row["as"]).type
            value = {field: scalar(item) for field, item in value.items()}
        unit = load(row["format"]).type()
        options = {"casting": row["casting"], "add_defaults": row["add_defaults"]}
        if row["error"]:
            with pytest.raises(EXCEPTIONS[row["error"]]):
                unit.from_dict(value, **options)
        else:
            assert unit.from_dict(value, **options).pack().hex() == row["hex"], row


def test_units_are_close_as_recorded(golden: Any, load: Any) -> None:
    for row in golden("packed")["isclose"]:
        made = load(row["format"]).type
        one, two = made(**decoded(row["one"])), made(**decoded(row["two"]))
        assert one.isclose(two, *row["tolerances"]) is row["result"], row
