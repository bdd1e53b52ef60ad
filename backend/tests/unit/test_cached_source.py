"""Reading the cache: checks, ranges, lookups, and copies of sources."""

from __future__ import annotations

import copy
import gc
import hashlib
import logging
import os
import pickle
import struct
import threading
from pathlib import Path
from typing import Any

import numpy
import pytest

from beat.backend.python.cachefile import reading
from beat.backend.python.data import CachedDataSink, CachedDataSource, DataFormat, DataSource, FileInfos

NOTHING = (None, None, None)


def write(folder: Path, prefix: Path, units: list[tuple[int, int]], name: str = "orla/tick/1") -> None:
    sink = CachedDataSink()
    assert sink.setup(folder / "e.data", DataFormat(str(prefix), name), units[0][0], units[-1][1])
    for start, end in units:
        sink.write({} if name != "orla/tick/1" else {"n": start}, start, end)
    assert sink.close()


def store(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    (folder / f"{name}.checksum").write_text(hashlib.sha256(content).hexdigest())


def opened(folder: Path, prefix: Path, *arguments: Any, **options: Any) -> CachedDataSource:
    source = CachedDataSource()
    assert source.setup(folder / "e.data", prefix, *arguments, **options)
    return source


def units_of(source: CachedDataSource) -> list[tuple[int, int, int]]:
    return [(int(data.n), start, end) for data, start, end in source]


@pytest.fixture
def two_pieces(tmp_path: Path, golden_prefix: Path) -> Path:
    write(tmp_path, golden_prefix, [(0, 4), (5, 9)])
    write(tmp_path, golden_prefix, [(10, 11), (12, 13), (14, 15), (16, 17), (18, 19)])
    return tmp_path


@pytest.fixture
def large(tmp_path: Path, golden_prefix: Path) -> Path:
    """An entry that is mapped, not read: six units of 80 kB."""
    sink = CachedDataSink()
    assert sink.setup(tmp_path / "e.data", DataFormat(str(golden_prefix), "orla/row/1"), 0, 5)
    for index in range(6):
        sink.write({"v": numpy.full(10_000, index, "float64")}, index, index)
    assert sink.close()
    assert (tmp_path / "e.0.5.data").stat().st_size > reading.MAPPED_FROM
    return tmp_path


# -- set-up --------------------------------------------------------------------------------------------------------


def test_before_setup() -> None:
    source = CachedDataSource()
    for attribute in ("filenames", "encoding", "prefix", "dataformat", "current_file", "current_file_index"):
        assert getattr(source, attribute) is None
    assert source.unpack
    assert len(source) == 0 and source[0] == NOTHING


def test_units_of_all_pieces_follow_one_another(two_pieces: Path, golden_prefix: Path) -> None:
    source = opened(two_pieces, golden_prefix)
    assert source.infos[1:3] == [(0, 5, 9, 40, 9), (1, 10, 11, 27, 9)]
    assert isinstance(source.infos[0], FileInfos)
    assert source.filenames == [str(two_pieces / "e.0.9.data"), str(two_pieces / "e.10.19.data")]
    assert source.encoding == "binary"
    assert source.prefix == str(golden_prefix)
    assert source.dataformat is not None and source.dataformat.name == "orla/tick/1"
    assert units_of(source) == [(start, start, end) for start, end in source.data_indices()]
    assert (source.first_data_index(), source.last_data_index(), len(source)) == (0, 19, 7)


def test_a_range_drops_units_that_straddle_its_bounds(two_pieces: Path, golden_prefix: Path) -> None:
    source = opened(two_pieces, golden_prefix, 3, 15)
    assert source.data_indices() == [(5, 9), (10, 11), (12, 13), (14, 15)]
    assert [source.getAtDataIndex(index)[1] for index in (4, 5, 9, 10, 15, 16)] == [None, 5, 5, 10, 14, None]


def test_files_outside_the_range_are_not_looked_at(two_pieces: Path, golden_prefix: Path) -> None:
    (two_pieces / "e.0.9.data").write_bytes(b"rubbish")
    assert opened(two_pieces, golden_prefix, start_index=10).data_indices()[0] == (10, 11)
    with pytest.raises(OSError, match=r"e\.0\.9\.data' is not what its checksum says"):
        CachedDataSource().setup(two_pieces / "e.data", golden_prefix)


def test_a_range_within_one_unit_has_no_units(two_pieces: Path, golden_prefix: Path) -> None:
    source = opened(two_pieces, golden_prefix, 1, 3)
    assert list(source) == []
    with pytest.raises(IndexError):
        source.first_data_index()
    with pytest.raises(IndexError):
        source.last_data_index()


@pytest.mark.parametrize("wanted", [(None, None), (20, 30)])
def test_nothing_to_read(
    two_pieces: Path, golden_prefix: Path, wanted: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    name = "f.data" if wanted[0] is None else "e.data"
    assert not CachedDataSource().setup(two_pieces / name, golden_prefix, *wanted)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_file_that_may_not_be_read(
    two_pieces: Path, golden_prefix: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: not path.endswith("e.0.9.data"))
    assert not CachedDataSource().setup(two_pieces / "e.data", golden_prefix)
    assert "cannot open" in caplog.text


@pytest.mark.parametrize(
    ("missing", "what"),
    [
        ("e.0.9.data.checksum", r"e\.0\.9\.data' has no checksum"),
        ("e.10.19.data", r"e\.10\.19\.data' is missing"),
    ],
)
def test_unfinished_pieces_fail_the_whole(two_pieces: Path, golden_prefix: Path, missing: str, what: str) -> None:
    (two_pieces / missing).unlink()
    with pytest.raises(OSError, match=what):
        CachedDataSource().setup(two_pieces / "e.data", golden_prefix)


@pytest.mark.parametrize(("third", "what"), [([(30, 39)], "leave out the indices 20 to 29"), ([(15, 29)], "overlap")])
def test_gaps_and_overlaps_are_refused(
    two_pieces: Path, golden_prefix: Path, third: list[tuple[int, int]], what: str
) -> None:
    write(two_pieces, golden_prefix, third)
    with pytest.raises(OSError, match=what):
        CachedDataSource().setup(two_pieces / "e.data", golden_prefix)


def test_the_index_is_not_needed(two_pieces: Path, golden_prefix: Path) -> None:
    for path in two_pieces.glob("*.index*"):
        path.unlink()
    assert len(opened(two_pieces, golden_prefix)) == 7


def test_pieces_must_have_one_format(two_pieces: Path, golden_prefix: Path) -> None:
    store(two_pieces, "e.20.20.data", b"binary\norla/level/1\n")
    with pytest.raises(RuntimeError, match=r"orla/level/1.*orla/tick/1"):
        CachedDataSource().setup(two_pieces / "e.data", golden_prefix)


@pytest.mark.parametrize(
    ("header", "what"),
    [
        (b"xml\norla/tick/1\n", "unknown encoding `xml'"),
        (b"binary\norla/nothing/1\n", "`orla/nothing/1' is not valid:\n.*not found"),
        (b"binary\nanalysis:orla/nothing/1\n", "`orla/nothing/1', which is not valid:\n."),
    ],
)
def test_what_the_header_names_must_be_valid(tmp_path: Path, golden_prefix: Path, header: bytes, what: str) -> None:
    store(tmp_path, "e.0.0.data", header)
    with pytest.raises(RuntimeError, match=what):
        CachedDataSource().setup(tmp_path / "e.data", golden_prefix)


def test_a_second_setup_starts_anew(two_pieces: Path, golden_prefix: Path) -> None:
    source = opened(two_pieces, golden_prefix)
    assert source[0] != NOTHING
    assert source.setup(two_pieces / "e.data", golden_prefix, 10, 13, unpack=False)
    assert source.data_indices() == [(10, 11), (12, 13)]
    assert source.statistics() == (0, 0.0)
    assert not source.setup(two_pieces / "f.data", golden_prefix)
    assert len(source) == 0 and source.filenames is None and source.dataformat is None


# -- reading -------------------------------------------------------------------------------------------------------


def test_positions_that_are_none(two_pieces: Path, golden_prefix: Path) -> None:
    source = opened(two_pieces, golden_prefix)
    assert source[-1] == source[7] == source.getAtDataIndex(-1) == source.getAtDataIndex(20) == NOTHING
    for position in (slice(0, 2), "0"):
        with pytest.raises(TypeError):
            source[position]


def test_raw_bytes_include_the_line_feed(two_pieces: Path, golden_prefix: Path) -> None:
    source = opened(two_pieces, golden_prefix, unpack=False)
    data, start, end = source[1]
    assert (data, start, end) == (struct.pack("<q", 5) + b"\n", 5, 9)
    assert type(data) is bytes
    assert source.nb_bytes_read == 9 and source.read_duration > 0


def test_reading_is_counted(two_pieces: Path, golden_prefix: Path) -> None:
    source = opened(two_pieces, golden_prefix)
    assert len(list(source)) == 7
    size, duration = source.statistics()
    assert size == 7 * 9
    assert isinstance(duration, float) and duration > 0


def test_arrays_are_views_that_outlive_the_source(large: Path, golden_prefix: Path) -> None:
    source = opened(large, golden_prefix)
    array = source[3][0].v
    assert not array.flags.writeable and not array.flags.owndata
    source.close()
    (large / "e.0.5.data").unlink()
    del source
    gc.collect()
    assert (array == 3).all()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="asks Linux what is mapped")
def test_files_are_open_while_they_are_read_only(large: Path, golden_prefix: Path) -> None:
    def mapped() -> bool:
        return str(large) in Path("/proc/self/maps").read_text()

    source = opened(large, golden_prefix)
    assert not mapped()
    assert source.current_file is None and source.current_file_index is None
    assert source[0][1] == 0
    assert mapped()
    assert source.current_file is not None and source.current_file_index == 0
    source.reset()
    assert not mapped()
    assert source.current_file is None and source.current_file_index is None
    assert source[5][1] == 5
    source.close()
    assert not mapped()
    assert len(source) == 0 and source[0] == NOTHING


def test_many_pieces_do_not_hold_many_files(tmp_path: Path, golden_prefix: Path) -> None:
    for index in range(40):
        write(tmp_path, golden_prefix, [(index, index)])
    source = opened(tmp_path, golden_prefix)
    for index in [*range(40), *reversed(range(40))]:
        assert source[index][1] == index
        assert source.current_file_index == index
        assert len(source._buffers) <= 16


def test_a_vanished_file_is_an_error(two_pieces: Path, golden_prefix: Path) -> None:
    source = opened(two_pieces, golden_prefix)
    (two_pieces / "e.10.19.data").unlink()
    assert source[0][1] == 0
    with pytest.raises(FileNotFoundError):
        source[2]


def test_a_unit_that_is_too_short_is_an_error(tmp_path: Path, golden_prefix: Path) -> None:
    store(tmp_path, "e.0.2.data", b"binary\norla/tick/1\n0 0 9\n12345678\n1 1 5\n1234\n2 2 9\n12345678\n")
    source = opened(tmp_path, golden_prefix)
    for _ in range(2):
        assert source[0][1] == 0
        with pytest.raises(struct.error, match="1 to 1"):
            source[1]
        source.reset()


def test_units_out_of_order_are_found(tmp_path: Path, golden_prefix: Path) -> None:
    unit = struct.pack("<q", 1) + b"\n"
    store(tmp_path, "e.0.9.data", b"binary\norla/tick/1\n5 9 9\n%s0 4 9\n%s3 6 9\n%s" % (unit, unit, unit))
    source = opened(tmp_path, golden_prefix)
    assert [source.getAtDataIndex(index)[1:] for index in (0, 4, 5, 6, 9)] == [(0, 4), (0, 4), (5, 9), (5, 9), (5, 9)]


def test_threads_share_a_source(two_pieces: Path, golden_prefix: Path) -> None:
    source = opened(two_pieces, golden_prefix)
    wrong: list[Any] = []

    def read(first: int) -> None:
        for round in range(300):
            position = (first + round) % 7
            data, start, end = source[position]
            if (data.n, start, end) != (start, *source.data_indices()[position]):
                wrong.append((position, data.n, start, end))

    threads = [threading.Thread(target=read, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# -- copies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reads", [0, 1, 4])
@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda source: pickle.loads(pickle.dumps(source))])
def test_copies_read_on_their_own(two_pieces: Path, golden_prefix: Path, duplicate: Any, reads: int) -> None:
    source = opened(two_pieces, golden_prefix)
    for index in range(reads):
        assert source[index] != NOTHING
    source.getAtDataIndex(3)
    other = duplicate(source)
    assert (other.current_file is None) == (source.current_file is None)
    assert other.current_file_index == source.current_file_index
    assert units_of(other) == units_of(source)
    assert other.infos == source.infos
    source.close()
    assert other.getAtDataIndex(12)[1] == 12


def test_a_copy_of_an_open_source_needs_its_file(two_pieces: Path, golden_prefix: Path) -> None:
    source = opened(two_pieces, golden_prefix)
    closed = pickle.dumps(source)
    assert source[0] != NOTHING
    kept_open = pickle.dumps(source)
    (two_pieces / "e.0.9.data").unlink()
    assert len(pickle.loads(closed)) == 7
    with pytest.raises(FileNotFoundError):
        pickle.loads(kept_open)


# -- the base class ------------------------------------------------------------------------------------------------


class Letters(DataSource):
    """As clients write sources: no constructor of the base, units of their own kind."""

    def __init__(self) -> None:
        self.infos = [(0, 0), (1, 1), (2, 2)]

    def __getitem__(self, index: int) -> Any:
        return "abc"[index], index, index


def test_subclasses_need_not_call_the_constructor() -> None:
    source = Letters()
    assert len(source) == 3
    assert list(source) == [("a", 0, 0), ("b", 1, 1), ("c", 2, 2)]
    assert source.statistics() == (0, 0.0)
    source.reset()
    assert len(source) == 3
    source.close()
    assert source.infos == []


def test_the_base_prepares_on_first_use() -> None:
    class Lazy(DataSource):
        def _prepare(self) -> None:
            super()._prepare()
            self.infos = [FileInfos(0, 0, 4, 0, 0), FileInfos(0, 5, 9, 0, 0)]

    for use in ("__len__", "data_indices", "first_data_index", "last_data_index"):
        source = Lazy()
        assert not source.ready and source.infos == []
        getattr(source, use)()
        assert source.ready
    assert source.last_data_index() == 9
    assert Lazy().getAtDataIndex(17) == NOTHING
    with pytest.raises(NotImplementedError):
        Lazy().getAtDataIndex(7)


def test_units_that_are_added_later_are_found() -> None:
    source = DataSource()
    assert source._find(0) is None
    source.infos.append(FileInfos(0, 0, 4, 0, 0))
    assert source._find(5) is None
    source.infos.append(FileInfos(0, 5, 9, 0, 0))
    assert source._find(5) == 1
    source.infos = [FileInfos(0, 5, 5, 0, 0), FileInfos(0, 9, 9, 0, 0)]
    assert source._find(9) == 1


def test_half_made_sources_go_quietly() -> None:
    for kind in (DataSource, CachedDataSource):
        source = kind.__new__(kind)
        del source
    gc.collect()


def test_errors_while_closing_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Stuck(DataSource):
        def close(self) -> None:
            raise OSError("stuck")

    source = Stuck()
    del source
    gc.collect()
    assert "stuck" in caplog.text
