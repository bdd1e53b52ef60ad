"""Cache files: scanning many units at once finds what plain scanning finds; what is written is read."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beat.backend.python import cachefile
from beat.backend.python.cachefile import PieceWriter, scanning, writing


def plain_scan(content: bytes) -> list[list[int]]:
    columns: list[list[int]] = [[], [], [], []]
    position = 0
    while position < len(content):
        line = content[position : content.index(b"\n", position)]
        start, end, size = (int(number) for number in line.split(b" "))
        offset = position + len(line) + 1
        for column, value in zip(columns, (start, end, offset, size), strict=True):
            column.append(value)
        position = offset + size
    return columns


@st.composite
def runs_of_units(draw: st.DrawFn) -> bytes:
    """Draw units of which many neighbours have one size, and some look like headers."""
    content, index = b"", draw(st.sampled_from([0, 7, 95, 990, 10**17 - 20, 10**20]))
    for count, size, step in draw(
        st.lists(st.tuples(st.integers(1, 60), st.integers(0, 12), st.integers(1, 3)), max_size=8)
    ):
        filler = draw(st.sampled_from([b"x", b"\n", b"0", b"1 1 1\n"]))
        for _ in range(count):
            content += b"%d %d %d\n" % (index, index + step - 1, size) + (filler * size)[:size]
            index += step
    return content


@pytest.fixture(autouse=True)
def short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "_RUN_FROM", 2)
    monkeypatch.setattr(scanning, "_FIRST_RUN", 4)


@given(runs_of_units())
def test_scanning(content: bytes) -> None:
    assert [list(column) for column in cachefile.scan_units(memoryview(content), 0, "f")] == plain_scan(content)


@given(runs_of_units(), st.data())
def test_damage_is_found_alike(content: bytes, data: st.DataObject) -> None:
    """Change one byte; compare with scanning that never looks at more than one unit."""
    if content:
        position = data.draw(st.integers(0, len(content) - 1))
        damaged = bytearray(content)
        damaged[position] = data.draw(st.sampled_from(b"0 \nx"))
        content = bytes(damaged)
    fast = outcome(content)
    kept, scanning._RUN_FROM = scanning._RUN_FROM, 1 << 60
    try:
        assert fast == outcome(content)
    finally:
        scanning._RUN_FROM = kept


def outcome(content: bytes) -> object:
    try:
        return cachefile.scan_units(memoryview(content), 0, "f")
    except OSError as error:
        return str(error)


@given(
    st.lists(
        st.tuples(st.integers(1, 1000), st.lists(st.binary(max_size=40), max_size=3)),
        min_size=1,
        max_size=20,
    ),
    st.integers(1, 60),
    st.integers(1, 60),
)
def test_what_is_written_is_read(units: list[tuple[int, list[bytes]]], buffered: int, beside: int) -> None:
    kept = writing.BUFFERED, writing.HASHED_BESIDE
    writing.BUFFERED, writing.HASHED_BESIDE = buffered, beside
    try:
        with tempfile.TemporaryDirectory() as folder:
            last = sum(length for length, _ in units) - 1
            writer = PieceWriter(f"{folder}/e.data", 0, last, "binary", "a/b/1")
            start, expected, index = 0, b"binary\na/b/1\n", b""
            for length, payload in units:
                end, packed = start + length - 1, b"".join(payload)
                unit = b"%d %d %d\n%s\n" % (start, end, len(packed) + 1, packed)
                assert writer.add(start, end, payload) == len(unit) + len(b"%d %d\n" % (start, end))
                expected += unit
                index += b"%d %d\n" % (start, end)
                start += length
            writer.commit()
            stem = f"{folder}/e.0.{last}"
            for extension, content in (("data", expected), ("index", index)):
                assert Path(f"{stem}.{extension}").read_bytes() == content
                checksum = Path(f"{stem}.{extension}.checksum").read_text()
                assert checksum == hashlib.sha256(content).hexdigest()
                assert cachefile.verify(f"{stem}.{extension}")
            assert len(cachefile.load_data_index(folder, "e.data")) == len(units) + 1
    finally:
        writing.BUFFERED, writing.HASHED_BESIDE = kept
