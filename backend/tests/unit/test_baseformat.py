"""Generated classes: casting, defaults, arrays that check their items, comparison."""

from __future__ import annotations

import copy
import io
import struct
from typing import Any

import numpy
import pytest

from beat.backend.python import baseformat as module
from beat.backend.python.baseformat import baseformat
from beat.backend.python.dataformat import DataFormat

POINT = {"x": "int16", "tag": "string", "w": [0, "float32"]}
UNIT = {
    "id": "int32",
    "score": "float64",
    "label": "string",
    "ok": "bool",
    "grid": [2, 0, "uint8"],
    "names": [0, "string"],
    "points": [0, POINT],
    "z": "complex64",
}
UNIT_VALUE = {
    "id": 7,
    "score": 0.5,
    "label": "hé",
    "ok": True,
    "grid": [[1, 2, 3], [4, 5, 6]],
    "names": ["a", "bc"],
    "points": [{"x": 1, "tag": "p", "w": [1.0, 2.0]}, {"x": -2, "tag": "", "w": []}],
    "z": 1 - 2j,
}
UNIT_PACKED = bytes.fromhex(
    "0200000000000000 0300000000000000 010203040506"  # grid
    "07000000"  # id
    "0300000000000000 68c3a9"  # label
    "0200000000000000 0100000000000000 61 0200000000000000 6263"  # names
    "01"  # ok
    "0200000000000000"  # points
    "0100000000000000 70 0200000000000000 0000803f00000040 0100"  # tag, w, x of the first
    "0000000000000000 0000000000000000 feff"  # and of the second
    "000000000000e03f"  # score
    "0000803f 000000c0"  # z
)


def made(declared: dict[str, Any]) -> Any:
    return DataFormat("nowhere", declared).type


def test_worked_bytes() -> None:
    unit = made(UNIT)(**UNIT_VALUE)
    assert len(UNIT_PACKED) == 134
    assert unit.pack() == UNIT_PACKED
    assert unit.as_dict() == UNIT_VALUE
    assert made(UNIT)(label="z").pack().hex() == "02" + "00" * 19 + "01" + "00" * 7 + "7a" + "00" * 33
    assert str(unit) == str(unit.as_dict())


def test_class_attributes_tell_the_types() -> None:
    T = DataFormat("nowhere", {"a-b": [2, 0, "int8"], "s": "string", "n": {"v": "bool"}, "t": [3, "string"]}).type
    assert issubclass(T, baseformat)
    assert T.__dict__["a-b"] == [2, 0, numpy.dtype("int8")]
    assert T.s is str
    assert T.t == [3, str]
    assert issubclass(T.n, baseformat)
    assert numpy.issubdtype(T.n.v, numpy.bool_)
    assert T.n._name == "analysis:result.n_type"
    assert T.__name__ == "analysis:result"
    assert set(T._format) == {"a-b", "s", "n", "t"}


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        (5, {"int64", "float64", "complex128"}),
        (numpy.int16(5), {"int16", "int32", "int64", "float32", "float64", "complex64", "complex128"}),
        (5.0, {"float64", "complex128"}),
        (True, {*module.BINCODE}),
        ("5", set()),
        (2**63, {"uint64", "float64", "complex128"}),
        (2**64, set()),
        (0, {*module.BINCODE}),
        (0.0, {*module.BINCODE}),
        (None, {*module.BINCODE}),
    ],
)
def test_safe_casts(value: Any, accepted: set[Any]) -> None:
    accepted = {numpy.dtype(name) for name in accepted}
    for dtype in module.BINCODE:
        unit = made({"v": dtype.name})()
        if dtype in accepted:
            unit.v = value
            assert unit.v == (value or 0)
            assert type(unit.v) is dtype.type
        else:
            with pytest.raises(TypeError, match="casting rule"):
                unit.v = value


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("int8", 300, 44),
        ("uint8", -1, 255),
        ("int32", 2.9, 2),
        ("int32", "12", 12),
        ("float32", "2.5", 2.5),
        ("uint64", 2**64 + 3, 3),
        ("bool", "x", True),
        ("float64", -0.0, -0.0),
        ("int16", numpy.array(7), 7),
        ("complex64", 1.5, 1.5),
    ],
)
def test_unsafe_casts(name: str, value: Any, expected: Any) -> None:
    unit = made({"v": name})(v=value)
    assert unit.v == expected
    assert numpy.signbit(unit.v.real) == numpy.signbit(expected)
    assert type(unit.v) is numpy.dtype(name).type


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("int32", [1], TypeError),
        ("int32", numpy.array([1]), TypeError),
        ("int32", {}, TypeError),
        ("int32", [], TypeError),
        ("int32", "", ValueError),
        ("bool", "", ValueError),
        ("float64", "word", ValueError),
        ("int32", "2.5", ValueError),
        ("int32", float("nan"), ValueError),
        ("int32", float("inf"), ValueError),
        ("int32", 1j, TypeError),
    ],
)
def test_values_without_a_number(name: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="field `v'"):
        made({"v": name})(v=value)


def test_everything_becomes_a_text() -> None:
    unit = made({"v": "string"})()
    for value, expected in ((5, "5"), ("x\0", "x\0"), (None, ""), (numpy.str_("é"), "é")):
        unit.v = value
        assert type(unit.v) is str
        assert unit.v == expected


def test_keys_must_be_the_fields() -> None:
    T = made({"a": "int8", "n": {"b": "int8", "c": "string"}})
    with pytest.raises(AttributeError, match="no value for the fields n"):
        T().from_dict({"a": 0})
    with pytest.raises(AttributeError, match="no field `aa'; did you mean `a'"):
        T(aa=1)
    with pytest.raises(AttributeError, match=r"`n'.*no value for the fields c"):
        T().from_dict({"a": 0, "n": {"b": 0}})
    with pytest.raises(AttributeError, match="a mapping is wanted"):
        T(n=5)
    with pytest.raises(AttributeError, match="no field `b'"):
        T().b = 1
    assert T().from_dict({"a": 0, "n": None, "__type__": "x"}).as_dict() == {"a": 0, "n": {"b": 0, "c": ""}}
    unit = T(a=4, n={"c": "x"})
    assert unit.from_dict(None, add_defaults=True) is unit
    assert unit.as_dict() == T().as_dict()
    with pytest.raises(AttributeError, match="no value"):
        unit.from_dict(None)


def test_a_key_error_out_of_a_value_is_shown() -> None:
    class Odd:
        def __str__(self) -> str:
            raise KeyError("odd")

    with pytest.raises(KeyError, match="odd"):
        made({"s": "string"})(s=Odd())


def test_the_ignored_key_does_not_stand_for_a_field() -> None:
    T = made({"a": "int8", "b": "int8"})
    assert T().from_dict({"__type__": "x", "a": 0}, add_defaults=True).as_dict() == {"a": 0, "b": 0}
    with pytest.raises(AttributeError, match="no value for the fields b"):
        T().from_dict({"__type__": "x", "a": 0})


def test_a_refused_value_changes_nothing() -> None:
    unit = made({"a": "int64", "b": "int8"})(a=1, b=2)
    with pytest.raises(TypeError, match="field `b'"):
        unit.from_dict({"a": 5, "b": 1000})
    assert unit.as_dict() == {"a": 1, "b": 2}


@pytest.mark.parametrize("value", [None, [], "", 0, (), numpy.zeros(0)])
def test_empty_values_give_the_declared_shape(value: Any) -> None:
    unit = made({"n": [2, 0, "int16"], "m": [2, 3, "int16"], "s": [2, "string"], "r": [2, {"a": "int8"}]})()
    for field, shape in (("n", (2, 0)), ("m", (2, 3)), ("s", (2,))):
        setattr(unit, field, value)
        assert getattr(unit, field).shape == shape
    assert unit.m.tolist() == [[0] * 3] * 2
    assert unit.s.tolist() == ["", ""]
    with pytest.raises(AttributeError, match="no value for the fields a"):
        unit.r = value
    assert unit.r.shape == (2,)
    assert unit.r[0] is not unit.r[1]


def test_empty_arrays_that_fit_keep_their_shape() -> None:
    unit = made({"v": [0, 0, 2, "float64"], "s": [0, 0, "string"]})()
    unit.v = numpy.zeros((5, 0, 2))
    assert unit.v.shape == (5, 0, 2)
    unit.v = numpy.zeros((0, 4))
    assert unit.v.shape == (0, 0, 2)
    unit.s = [[], []]
    assert unit.s.shape == (2, 0)
    assert unit.s.dtype == object
    # One dimension is missing from these lists, so they say nothing about the shape.
    unit.v = [[]]
    assert unit.v.shape == (0, 0, 2)
    records = made({"r": [0, 0, 0, {}]})(r=[[]])
    assert records.r.shape == (0, 0, 0)


@pytest.mark.parametrize("name", ["int32", "float64", "string"])
@pytest.mark.parametrize(
    "value", [5, [1, 2], [[1, 2], [3]], [[1], [2]], [[[1, 2]]], [[1, 2, 3]], numpy.ones(2), [1, [2, 3]]]
)
def test_arrays_of_another_shape(name: str, value: Any) -> None:
    with pytest.raises(TypeError, match="field `v'"):
        made({"v": [0, 2, name]})(v=value)


def test_items_of_numeric_arrays_are_forced() -> None:
    T = made({"i": [0, "int8"], "f": [0, "float32"], "u": [0, "uint64"]})
    unit = T()
    unit.i = [300, -1, 2.9]
    assert unit.i.tolist() == [44, -1, 2]
    unit.i = numpy.array([300, 2], dtype=object)
    assert unit.i.tolist() == [44, 2]
    unit.u = [2**64 - 1, -1, 1]
    assert unit.u.tolist() == [2**64 - 1, 2**64 - 1, 1]
    unit.f = numpy.array([1, 2], dtype=">i8")
    assert unit.f.dtype == numpy.dtype("float32")
    assert unit.f.dtype.isnative
    for value in (["x"], [float("nan")], [None]):
        with pytest.raises((TypeError, ValueError), match="field `i'"):
            unit.i = value


def test_numeric_arrays_are_plain_copies() -> None:
    given = numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3))
    unit = made({"v": [0, 0, "float64"]})(v=given)
    given[:] = 0
    assert type(unit.v) is numpy.ndarray
    assert unit.v.tolist() == [[0, 1, 2], [3, 4, 5]]
    unit.v[0, 0] = 9
    assert struct.unpack_from("<6d", unit.pack(), 16) == (9, 1, 2, 3, 4, 5)


def test_non_contiguous_arrays_set_in_place_pack_in_c_order() -> None:
    unit = made({"v": [0, 0, "float64"]})(v=[[1.0, 2.0], [3.0, 4.0]])
    unit.__dict__["v"] = numpy.arange(2000.0).reshape(2, 1000).T
    assert unit.pack()[16:] == numpy.arange(2000.0).reshape(2, 1000).T.tobytes()


def test_text_arrays_check_their_items() -> None:
    unit = made({"v": [0, "string"], "g": [0, 0, "string"]})(v=[1, "b\0", None], g=[["a", "b"], ["c", "d"]])
    assert unit.v.tolist() == ["1", "b\0", "None"]
    unit.v[0] = "much longer than it was"
    unit.v[1:] = ["x", "y"]
    unit.g[:, 1][0] = "view"
    unit.g[1] = "all"
    assert unit.g.tolist() == [["a", "view"], ["all", "all"]]
    assert unit.v.tolist() == ["much longer than it was", "x", "y"]
    for index, value in ((0, 5), (0, None), (slice(None), [1, 2, 3]), (slice(None), 5), (0, ["x"])):
        with pytest.raises(TypeError, match="text"):
            unit.v[index] = value
    with pytest.raises(TypeError, match="text"):
        unit.g[:, 0][1] = 5
    assert (unit.v == "x").tolist() == [False, True, False]
    again = type(unit)().unpack(unit.pack())
    assert again.v.dtype == again.g.dtype == object
    with pytest.raises(TypeError, match="text"):
        again.v[0] = 5


def test_object_arrays_check_their_items() -> None:
    T = made({"v": [0, {"a": "int64", "b": "string"}]})
    unit = T(v=[{"a": 1}, {"b": "x"}])
    unit.v[0] = {"a": 5}
    unit.v[1:] = [{"b": "y"}]
    assert unit.as_dict() == {"v": [{"a": 5, "b": ""}, {"a": 0, "b": "y"}]}
    other = T(v=[{"a": 8}])
    unit.v[0] = other.v[0]
    other.v[0].a = 9
    assert unit.v[0].a == 8
    unit.v[:] = {"a": 3}
    assert unit.v[0] is not unit.v[1]
    for index, value, error in ((0, 5, TypeError), (0, {"c": 1}, AttributeError), (0, {"a": 1.5}, TypeError)):
        with pytest.raises(error):
            unit.v[index] = value
    unit.v = other.v
    assert unit.v[0] is not other.v[0]
    assert unit.as_dict() == other.as_dict()


def test_fields_may_be_named_like_methods() -> None:
    declared = dict.fromkeys(("copy", "pack", "type", "_name", "__dict__", "__class__", "__layout__", "data"), "int8")
    value = dict(zip(declared, range(1, 9), strict=True))
    T = made({"outer": [0, declared], "type": "string"})
    unit = T(outer=[value], type="x")
    assert unit.as_dict() == {"outer": [value], "type": "x"}
    assert unit.isclose(unit.copy())
    assert T().unpack(unit.pack()).as_dict() == unit.as_dict()


def test_isclose() -> None:
    T = made(
        {"i": "int64", "f": "float64", "a": [0, "float64"], "n": [0, "int64"], "s": [0, "string"], "z": "complex64"}
    )
    nan = float("nan")
    one = T(i=100000, f=1.0, a=[1.0], n=[100000], s=["a"], z=1j)
    assert one.isclose(one.copy())
    assert one.isclose(T(i=100000, f=1.0 + 1e-9, a=[1.0 + 1e-9], n=[100000], s=["a"], z=1j))
    for change in ({"i": 100001}, {"n": [100001]}, {"a": [1.0, 1.0]}, {"s": ["b"]}, {"f": 1.1}, {"z": 2j}, {"s": []}):
        assert not one.isclose(T(**{**one.as_dict(), **change})), change
    assert not T(f=nan).isclose(T(f=nan))
    assert T(f=nan, a=[nan]).isclose(T(f=nan, a=[nan]), equal_nan=True)
    assert one.isclose(T(**{**one.as_dict(), "f": 1.1}), 0.2)
    assert one.isclose(T(**{**one.as_dict(), "f": 1.1}), atol=0.2)
    assert not one.isclose(made({"i": "int64"})(i=100000))
    assert one != one.copy()


def test_copies_are_independent() -> None:
    unit = made(UNIT)(**UNIT_VALUE)
    for other in (unit.copy(), copy.deepcopy(unit), copy.deepcopy(made(UNIT)(**UNIT_VALUE))):
        other.points[0].w[0] = 5
        other.names[0] = "other"
        other.grid[0, 0] = 9
        assert unit.as_dict() == UNIT_VALUE


def test_a_user_may_derive_from_a_generated_class() -> None:
    class Mine(made({"v": "int64"})):
        def twice(self) -> Any:
            return 2 * self.v

    assert Mine(v=4).twice() == 8


def test_unpacked_numeric_arrays_are_views() -> None:
    T = DataFormat("nowhere", {"v": [0, "float64"]})
    packed = T.type(v=numpy.ones(100000)).pack()
    unit, end = T.codec.unpack(packed)
    assert end == len(packed)
    assert not unit.v.flags.writeable
    assert not unit.v.flags.owndata
    parts = T.codec.pack_parts(unit)
    assert sum(map(len, parts)) == len(packed)
    assert numpy.shares_memory(numpy.frombuffer(parts[1], "uint8"), unit.v)


def test_malformed_bytes() -> None:
    texts = DataFormat("nowhere", {"v": [0, "string"], "w": "string"}).codec
    for packed in (b"", b"\xff" * 8, b"\xff" * 40, b"\1" + b"\0" * 7, b"\0" * 8 + b"\xff" * 8):
        with pytest.raises((struct.error, ValueError)):
            texts.unpack(packed)
    with pytest.raises(ValueError, match="utf-8"):
        texts.unpack(b"\0" * 8 + b"\1" + b"\0" * 7 + b"\xff")
    with pytest.raises((struct.error, ValueError)):
        DataFormat("nowhere", {"v": [0, 0, "int8"]}).codec.unpack(b"\xff" * 16)


def test_packing_names_the_format_of_a_bad_value() -> None:
    unit = made({"v": [0, "string"]})(v=["a"])
    unit.v.fill(5)
    with pytest.raises(TypeError, match="cannot pack an object of `analysis:result'"):
        unit.pack()


def test_functions_for_single_values() -> None:
    inner = made({"a": "int8", "s": "string"})
    values: list[tuple[Any, Any]] = [(dtype, dtype.type(1)) for dtype in module.BINCODE]
    values += [(str, "é"), (inner, inner(a=3, s="x"))]
    for dtype, value in values:
        stream = io.BytesIO()
        module.pack_scalar(dtype, value, stream)
        array = module.setup_array("f", "a", (0, 2), dtype, [[value, value]], "safe", False)
        module.pack_array(dtype, array, stream)
        stream.seek(0)
        assert str(module.unpack_scalar(dtype, stream)) == str(value)
        again = module.unpack_array((0, 0), dtype, stream)
        assert again.shape == (1, 2)
        assert again.dtype == array.dtype
        assert str(again[0, 1]) == str(value)
        with pytest.raises((struct.error, ValueError)):
            module.unpack_scalar(dtype, stream)
    assert module.setup_scalar("f", "a", numpy.dtype("int8"), 300, "unsafe", True) == 44
    with pytest.raises(TypeError, match="`f', field `a'"):
        module.setup_scalar("f", "a", numpy.dtype("int8"), 300, "safe", True)
    assert module.read_some("<HB", io.BytesIO(b"\1\2\3")) == (513, 3)
    assert module.read_string(io.BytesIO(b"\2" + b"\0" * 7 + b"ab")) == ("ab",)
    with pytest.raises(struct.error):
        module.read_string(io.BytesIO(b"\3" + b"\0" * 7 + b"ab"))
    assert module.BINCODE[numpy.dtype("complex64")] == "f"
    assert (module.ENDIANNESS, module.SIZE, module.STRING) == ("<", "Q", "<Q%ds")


def test_an_array_without_elements_keeps_its_shape_in_memory_and_has_the_declared_one_in_files() -> None:
    dataformat = DataFormat("nowhere", {"v": [0, 0, "float32"]})
    unit = dataformat.type(v=numpy.zeros((0, 2)))
    assert unit.v.shape == (0, 2)
    assert unit.pack() == bytes(16)
    assert dataformat.type().unpack(unit.pack()).isclose(unit)
