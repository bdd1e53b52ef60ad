"""Random formats and values: the compiled codec equals a slow one written from the layout, and nothing is lost."""

from __future__ import annotations

import io
import mmap
import struct
from typing import Any

import numpy
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from beat.backend.python.dataformat import DataFormat

CODES = {
    "int8": "b",
    "int16": "h",
    "int32": "i",
    "int64": "q",
    "uint8": "B",
    "uint16": "H",
    "uint32": "I",
    "uint64": "Q",
    "float32": "f",
    "float64": "d",
    "bool": "?",
}
BASE = [*CODES, "complex64", "complex128", "string"]

field_names = st.one_of(
    st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_-]{0,5}", fullmatch=True),
    st.sampled_from(["copy", "pack", "unpack", "type", "self", "_name", "_format", "as_dict", "from_dict", "values"]),
    st.sampled_from(["__class__", "__dict__", "__layout__", "__slots__", "__init__", "__setattr__", "isclose"]),
)
sizes = st.lists(st.integers(0, 2), min_size=1, max_size=3)
base_types = st.sampled_from(BASE)


def declarations(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    element = base_types if depth == 0 else st.one_of(base_types, declarations(depth - 1))
    declared = st.one_of(element, st.builds(lambda shape, item: [*shape, item], sizes, element))
    return st.dictionaries(field_names, declared, max_size=4)


def integers(name: str) -> st.SearchStrategy[int]:
    limits = numpy.iinfo(name)
    return st.integers(int(limits.min), int(limits.max))


@st.composite
def values(draw: Any, declared: Any) -> Any:
    """A value in the shape of ``as_dict``."""
    if isinstance(declared, dict):
        return {field: draw(values(kind)) for field, kind in declared.items()}
    if isinstance(declared, list):
        shape = [size or draw(st.integers(0, 3)) for size in declared[:-1]]
        return draw(nested(shape, declared[-1]))
    if declared == "string":
        return draw(st.text(max_size=5))
    if declared == "bool":
        return draw(st.booleans())
    if declared.startswith("complex"):
        return draw(st.complex_numbers(width=int(declared[7:]), allow_nan=False))
    if declared.startswith("float"):
        return draw(st.floats(width=int(declared[5:]), allow_nan=False))
    return draw(integers(declared))


@st.composite
def nested(draw: Any, shape: list[int], declared: Any) -> Any:
    if not shape:
        return draw(values(declared))
    return [draw(nested(shape[1:], declared)) for _ in range(shape[0])]


@st.composite
def formats_with_values(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    declared = draw(declarations(2))
    return declared, draw(values(declared))


def shape_of(value: Any, sizes: list[int]) -> tuple[int, ...]:
    """Shape of nested lists; that of an array without elements is stored as declared."""
    shape: tuple[int, ...] = ()
    for _ in sizes:
        shape += (len(value),)
        if not value:
            return tuple(sizes)
        value = value[0]
    return shape


def slow_pack(declared: Any, value: Any) -> bytes:
    """The layout, word by word."""
    if isinstance(declared, dict):
        return b"".join(slow_pack(declared[field], value[field]) for field in sorted(declared))
    if isinstance(declared, list):
        shape = shape_of(value, declared[:-1])
        items = [value]
        for _ in shape:
            items = [inner for item in items for inner in item]
        return b"".join(struct.pack("<Q", size) for size in shape) + b"".join(
            slow_pack(declared[-1], item) for item in items
        )
    if declared == "string":
        encoded = value.encode("utf-8")
        return struct.pack("<Q", len(encoded)) + encoded
    if declared == "complex64":
        return struct.pack("<ff", value.real, value.imag)
    if declared == "complex128":
        return struct.pack("<dd", value.real, value.imag)
    return struct.pack("<" + CODES[declared], value)


def has_fixed_size(declared: Any) -> bool:
    if isinstance(declared, dict):
        return all(map(has_fixed_size, declared.values()))
    return isinstance(declared, str) and declared != "string"


@given(formats_with_values())
def test_the_codec_packs_what_the_layout_says(case: Any) -> None:
    declared, value = case
    dataformat = DataFormat("nowhere", declared)
    unit = dataformat.type(**value)
    layout = dataformat.type.__layout__
    expected = slow_pack(declared, value)
    assert dataformat.codec.pack(unit) == expected
    assert b"".join(dataformat.codec.pack_parts(unit)) == expected
    assert dataformat.codec.fixed_size == (len(expected) if has_fixed_size(declared) else None)

    mapped = mmap.mmap(-1, len(expected) + 7)
    mapped[3 : 3 + len(expected)] = expected
    for buffer in (bytes(mapped), memoryview(bytes(mapped)), bytearray(mapped), mapped):
        found, end = dataformat.codec.unpack(buffer, 3)
        assert end == 3 + len(expected)
        assert dataformat.codec.pack(found) == expected
        assert layout.isclose(found, unit, (), {})
        del found
    mapped.close()


@given(formats_with_values())
def test_nothing_is_lost_over_dictionaries_and_streams(case: Any) -> None:
    declared, value = case
    dataformat = DataFormat("nowhere", declared)
    layout = dataformat.type.__layout__
    unit = layout.make(value, "unsafe", False)
    again = layout.make(layout.as_dict(unit), "safe", False)
    assert layout.isclose(unit, again, (), {})
    assert dataformat.codec.pack(again) == dataformat.codec.pack(unit)
    assert list(layout.as_dict(unit)) == list(declared)

    stream = io.BytesIO(dataformat.codec.pack(unit) + b"rest")
    read = dataformat.type.__base__.unpack_from(layout.blank(), stream)
    assert layout.isclose(unit, read, (), {})
    assert stream.read() == b"rest"


@given(formats_with_values(), st.data())
def test_cut_bytes_raise(case: Any, data: Any) -> None:
    declared, value = case
    packed = slow_pack(declared, value)
    codec = DataFormat("nowhere", declared).codec
    if packed:
        cut = data.draw(st.integers(0, len(packed) - 1))
        with pytest.raises((struct.error, ValueError)):
            codec.unpack(packed[:cut])


@given(st.data())
def test_units_of_fixed_size_decode_together(data: Any) -> None:
    numbers = st.dictionaries(field_names, st.sampled_from([*CODES, "complex64"]), min_size=1, max_size=4)
    declared = data.draw(st.dictionaries(field_names, numbers, min_size=1, max_size=2))
    rows = data.draw(st.lists(values(declared), min_size=1, max_size=3))
    codec = DataFormat("nowhere", declared).codec
    assert codec.dtype is not None
    table = numpy.frombuffer(b"".join(slow_pack(declared, row) for row in rows), codec.dtype)
    assert len(table) == len(rows)
    for outer, inner in declared.items():
        for field in inner:
            assert table[outer][field].tolist() == [numpy.dtype(inner[field]).type(row[outer][field]) for row in rows]


@given(st.sampled_from([name for name in CODES if "int" in name]), st.integers(-(2**70), 2**70))
def test_integers_out_of_range_wrap_alike_alone_and_in_arrays(name: str, value: int) -> None:
    made = DataFormat("nowhere", {"one": name, "many": [0, name]}).type(one=value, many=[value, 1])
    bits = numpy.iinfo(name).bits
    assert int(made.one) % 2**bits == value % 2**bits
    assert type(made.one) is numpy.dtype(name).type
    assert made.many[0] == made.one


@given(
    st.sampled_from([name for name in BASE if name != "string"]),
    st.sampled_from([name for name in BASE if name != "string"]),
    st.sampled_from(["no", "equiv", "safe", "same_kind", "unsafe"]),
)
def test_scalars_obey_the_casting_rule_of_numpy(source: str, target: str, casting: Any) -> None:
    unit = DataFormat("nowhere", {"v": target}).type()
    value = numpy.dtype(source).type(1)
    allowed = numpy.can_cast(numpy.dtype(source), numpy.dtype(target), casting)
    # numpy itself warns of what is lost there
    assume(not (allowed and source.startswith("complex") and not target.startswith(("complex", "bool"))))
    for _ in range(2):  # the second time, the rule is known
        if allowed:
            unit.from_dict({"v": value}, casting=casting)
            assert unit.v == 1
            assert type(unit.v) is numpy.dtype(target).type
        else:
            with pytest.raises(TypeError):
                unit.from_dict({"v": value}, casting=casting)
