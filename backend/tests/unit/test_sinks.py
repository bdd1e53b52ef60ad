"""Data sinks: bytes, completeness, and what is left after accidents."""

from __future__ import annotations

import errno
import gc
import hashlib
import json
import logging
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

from beat.backend.python import cachefile
from beat.backend.python.cachefile import writing
from beat.backend.python.data import CachedDataSink, CachedDataSource, DataFormat, DataSink, StdoutDataSink

_POINT = {"x": "int16", "tag": "string", "w": [0, "float32"]}
_UNIT = {
    "id": "int32",
    "score": "float64",
    "label": "string",
    "ok": "bool",
    "grid": [2, 0, "uint8"],
    "names": [0, "string"],
    "points": [0, "demo/point/1"],
    "z": "complex64",
}
_VALUE = {
    "id": numpy.int32(7),
    "score": 0.5,
    "label": "hé",
    "ok": True,
    "grid": numpy.array([[1, 2, 3], [4, 5, 6]], "uint8"),
    "names": ["a", "bc"],
    "points": [
        {"x": numpy.int16(1), "tag": "p", "w": numpy.array([1, 2], "float32")},
        {"x": numpy.int16(-2), "tag": "", "w": numpy.array([], "float32")},
    ],
    "z": numpy.complex64(1 - 2j),
}
_WORKED = bytes.fromhex(
    "62696e6172790a64656d6f2f756e69742f310a302031203133350a0200000000000000030000000000000001020304050607"
    "000000030000000000000068c3a9020000000000000001000000000000006102000000000000006263010200000000000000"
    "01000000000000007002000000000000000000803f00000040010000000000000000000000000000000000feff0000000000"
    "00e03f0000803f000000c00a3220342036330a020000000000000000000000000000000000000001000000000000007a0000"
    "000000000000000000000000000000000000000000000000000000000000000a"
)

Declare = Callable[[str, Any], DataFormat]


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Declare a data format in a prefix of its own, ``<tmp_path>/prefix``."""

    def declare(name: str, declaration: Any) -> DataFormat:
        path = tmp_path / "prefix" / "dataformats" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(declaration))
        return DataFormat(str(tmp_path / "prefix"), name)

    return declare


@pytest.fixture
def number(declare: Declare) -> DataFormat:
    return declare("demo/number/1", {"n": "int64"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "cache"
    path.mkdir()
    return path


def opened(folder: Path, dataformat: DataFormat, end: int = 1, **options: Any) -> CachedDataSink:
    sink = CachedDataSink()
    assert sink.setup(folder / "e.data", dataformat, 0, end, **options)
    return sink


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


_PIECE = ["e.0.1.data", "e.0.1.data.checksum", "e.0.1.index", "e.0.1.index.checksum"]


def numbers_in(folder: Path, dataformat: DataFormat) -> list[int]:
    source = CachedDataSource()
    assert source.setup(folder / "e.data", dataformat.prefix)
    return [int(data.n) for data, _, _ in source]


# -- bytes ---------------------------------------------------------------------------------------------------------


def test_the_worked_example(declare: Declare, folder: Path) -> None:
    declare("demo/point/1", _POINT)
    unit = declare("demo/unit/1", _UNIT)
    sink = CachedDataSink()
    assert sink.setup(str(folder / "ex.data"), unit, 0, 4)
    sink.write(_VALUE, 0, 1)
    sink.write(unit.type(label="z"), 2, 4)
    assert sink.close()
    assert (folder / "ex.0.4.data").read_bytes() == _WORKED
    assert (folder / "ex.0.4.index").read_text() == "0 1\n2 4\n"
    data_checksum = "ef4b74852cabdcbb49f4c02aece5cc3a1cbdb34a251724b80f796856aa306831"
    assert (folder / "ex.0.4.data.checksum").read_text() == data_checksum
    index_checksum = "16ab77b214a844b8eb6688eb2e9b44ef87c097d542911d54ef468afaaf3e554c"
    assert (folder / "ex.0.4.index.checksum").read_text() == index_checksum
    assert sink.statistics()[0] == sink.nb_bytes_written == 221
    assert cachefile.load_data_index(folder, "ex.data") == [0, 2, 5]

    source = CachedDataSource()
    assert source.setup(folder / "ex.data", unit.prefix)
    assert source.infos == [(0, 0, 1, 27, 135), (0, 2, 4, 169, 63)]
    (first, *_), (second, *_) = source
    assert first.label == "hé" and first.points[1].x == -2 and first.z == 1 - 2j
    assert second.label == "z" and second.grid.shape == (2, 0)


def test_attributes_tell_what_is_written(folder: Path, number: DataFormat) -> None:
    sink = CachedDataSink()
    for attribute in ("filename", "encoding", "dataformat", "start_index", "end_index", "data_file", "index_file"):
        assert getattr(sink, attribute) is None
    assert sink.last_written_data_index is None
    assert not sink.isConnected()
    assert sink.statistics() == (0, 0.0)
    assert sink.setup(folder / "e.data", number, 0, 1)
    assert sink.data_file is not None and sink.index_file is not None
    assert (sink.filename, sink.start_index, sink.end_index) == (str(folder / "e.0.1.data"), 0, 1)
    sink.write({"n": 1}, 0, 1)
    assert sink.last_written_data_index == 1
    assert sink.close()
    assert sink.data_file is None
    assert sink.isConnected()
    size, duration = sink.statistics()
    assert size == len("0 1 9\n") + 9 + len("0 1\n")
    assert duration > 0
    assert sink.setup(folder / "e.data", number, 2, 3)
    assert sink.statistics() == (0, 0.0) and sink.last_written_data_index is None


def test_large_units_are_written_as_they_are_at_the_call(declare: Declare, folder: Path) -> None:
    array = declare("demo/array/1", {"v": [0, "uint8"]})
    sizes = [0, 10, 5000, writing.BUFFERED, 3, writing.HASHED_BESIDE + 1, 100, 2 * writing.HASHED_BESIDE, 7]
    sink = opened(folder, array, len(sizes) - 1)
    for index, size in enumerate(sizes):
        unit = array.type(v=numpy.full(size, index, "uint8"))
        sink.write(unit, index, index)
        unit.v[...] = 99
    assert sink.close()
    source = CachedDataSource()
    assert source.setup(folder / "e.data", array.prefix)
    for index, (data, _, _) in enumerate(source):
        assert data.v.shape == (sizes[index],)
        assert (data.v == index).all()


@pytest.mark.parametrize("units", [1, 20000])
def test_json_is_written_and_read(declare: Declare, folder: Path, units: int) -> None:
    declare("demo/point/1", _POINT)
    text = declare("demo/text/1", {"s": "string", "n": "uint8", "p": [0, "demo/point/1"]})
    value = {"s": "é\n", "n": 3, "p": [{"x": 1, "tag": "t", "w": [0.5]}]}
    sink = opened(folder, text, units - 1, encoding="json")
    for index in range(units):
        sink.write(value, index, index)
    assert sink.close()
    content = (folder / f"e.0.{units - 1}.data").read_bytes()
    payload = json.dumps(value, indent=4).encode()
    assert content.startswith(b"json\ndemo/text/1\n0 0 %d\n%s\n" % (len(payload) + 1, payload))
    source = CachedDataSource()
    assert source.setup(folder / "e.data", text.prefix)
    assert source.encoding == "json"
    data = source[units - 1][0]
    assert type(data).as_dict(data) == value


def test_json_holds_all_values_of_data(declare: Declare, folder: Path) -> None:
    number = declare("demo/float/1", {"x": "float64", "a": [0, "float32"], "s": "string"})
    long = "a text longer than any declaration " * 500_000
    sink = opened(folder, number, 0, encoding="json")
    sink.write({"x": float("nan"), "a": [float("inf"), 2], "s": long}, 0, 0)
    assert sink.close()
    source = CachedDataSource()
    assert source.setup(folder / "e.data", number.prefix)
    data = source[0][0]
    assert numpy.isnan(data.x) and data.a.tolist() == [float("inf"), 2] and data.s == long


# -- what may be written -------------------------------------------------------------------------------------------


def test_mappings_are_converted_without_asking(declare: Declare, folder: Path) -> None:
    mixed = declare("demo/mixed/1", {"n": "int8", "s": "string"})
    sink = opened(folder, mixed, 0)
    with pytest.raises(AttributeError):
        sink.write({"m": 1}, 0, 0)
    sink.write({"n": 3.7}, 0, 0)
    assert sink.close()
    source = CachedDataSource()
    assert source.setup(folder / "e.data", mixed.prefix)
    assert (source[0][0].n, source[0][0].s) == (3, "")


@pytest.mark.parametrize("data", [None, 3, "text", [1]])
def test_other_things_are_refused(folder: Path, number: DataFormat, data: Any) -> None:
    sink = opened(folder, number)
    with pytest.raises(TypeError, match=r"demo/number/1"):
        sink.write(data, 0, 0)


def test_objects_of_other_formats_are_refused(declare: Declare, folder: Path, number: DataFormat) -> None:
    other = declare("demo/other/1", {"n": "int64"})
    sink = opened(folder, number, 0)
    with pytest.raises(TypeError, match=r"demo/other/1.*demo/number/1"):
        sink.write(other.type(n=1), 0, 0)
    sink.write(DataFormat(number.prefix, number.name).type(n=5), 0, 0)
    assert sink.close()
    assert numbers_in(folder, number) == [5]


def test_wrong_setups_are_refused(folder: Path, number: DataFormat) -> None:
    with pytest.raises(RuntimeError, match="xml"):
        CachedDataSink().setup(folder / "e.data", number, 0, 1, encoding="xml")
    number._name = "__unnamed_dataformat__"
    with pytest.raises(RuntimeError, match="no name"):
        CachedDataSink().setup(folder / "e.data", number, 0, 1)
    assert names(folder) == []


def test_a_missing_folder_is_logged(folder: Path, number: DataFormat, caplog: pytest.LogCaptureFixture) -> None:
    sink = CachedDataSink()
    assert not sink.setup(folder / "no" / "e.data", number, 0, 1)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert sink.data_file is None and sink.index_file is None
    with pytest.raises(RuntimeError):
        sink.write({"n": 1}, 0, 1)


def test_nothing_is_written_before_setup_or_after_close(folder: Path, number: DataFormat) -> None:
    sink = CachedDataSink()
    assert sink.close()
    with pytest.raises(RuntimeError, match="setup"):
        sink.write({"n": 1}, 0, 0)
    assert sink.setup(folder / "e.data", number, 0, 0)
    sink.write({"n": 1}, 0, 0)
    assert sink.close()
    with pytest.raises(RuntimeError, match="close"):
        sink.write({"n": 1}, 0, 0)


# -- completeness --------------------------------------------------------------------------------------------------


def test_files_appear_at_close_and_not_before(folder: Path, number: DataFormat) -> None:
    sink = opened(folder, number)
    sink.write({"n": 1}, 0, 1)
    assert all(name.startswith(".") for name in names(folder))
    assert not list(folder.glob("e*"))
    assert cachefile.getAllFilenames(folder / "e.data") == ([], [], [], [])
    assert sink.close()
    assert names(folder) == _PIECE


@pytest.mark.parametrize("written", [None, 0])
def test_what_is_incomplete_is_removed(
    folder: Path, number: DataFormat, written: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    sink = opened(folder, number)
    if written is not None:
        sink.write({"n": 1}, 0, written)
    assert sink.close()
    assert names(folder) == []
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert ("nothing" if written is None else "is 0") in caplog.text


def test_more_than_the_range_is_complete(folder: Path, number: DataFormat) -> None:
    sink = opened(folder, number)
    sink.write({"n": 1}, 0, 9)
    assert sink.close()
    assert names(folder) == _PIECE


def test_a_dropped_sink_completes_its_files(folder: Path, number: DataFormat) -> None:
    sink = opened(folder, number)
    sink.write({"n": 1}, 0, 1)
    del sink
    gc.collect()
    assert names(folder) == _PIECE


def test_a_closed_sink_does_not_touch_the_files_of_a_newer_one(folder: Path, number: DataFormat) -> None:
    old = opened(folder, number)
    assert old.close()
    new = opened(folder, number)
    new.write({"n": 1}, 0, 1)
    assert new.close()
    del old
    gc.collect()
    assert numbers_in(folder, number) == [1]


def test_a_later_sink_replaces_the_files(folder: Path, number: DataFormat) -> None:
    for value in (1, 2):
        sink = opened(folder, number)
        sink.write({"n": value}, 0, 1)
        assert sink.close()
        assert numbers_in(folder, number) == [value]
    assert names(folder) == _PIECE


def test_two_sinks_of_one_name_do_not_mix(folder: Path, number: DataFormat) -> None:
    one, two = opened(folder, number), opened(folder, number)
    for index in (0, 1):
        one.write({"n": 1}, index, index)
        two.write({"n": 2}, index, index)
    assert one.close()
    assert numbers_in(folder, number) == [1, 1]
    assert two.close()
    assert numbers_in(folder, number) == [2, 2]


def test_processes_that_publish_at_once_do_not_mix(folder: Path, number: DataFormat) -> None:
    children = []
    for value in (1, 2, 3):
        child = os.fork()
        if child == 0:
            for _ in range(30):
                sink = opened(folder, number)
                for index in (0, 1):
                    sink.write({"n": value}, index, index)
                sink.close()
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    assert names(folder) == _PIECE
    assert numbers_in(folder, number) in ([1, 1], [2, 2], [3, 3])
    assert cachefile.load_data_index(folder, "e.data") == [0, 1, 2]


def test_what_was_written_is_not_read_again_to_be_checked(
    folder: Path, number: DataFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = opened(folder, number)
    sink.write({"n": 1}, 0, 1)
    assert sink.close()
    with monkeypatch.context() as patched:
        patched.delattr(hashlib, "file_digest")
        assert numbers_in(folder, number) == [1]
    path = folder / "e.0.1.data"
    path.write_bytes(path.read_bytes().replace(b"\x01", b"\x02"))
    with pytest.raises(OSError, match="not what its checksum says"):
        numbers_in(folder, number)


# -- accidents -----------------------------------------------------------------------------------------------------


def dies(work: Callable[[], Any]) -> None:
    """Do something in a child process that ends with ``os._exit(7)`` on the way."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("files", range(4))
def test_a_crash_while_publishing_leaves_no_data(
    folder: Path, number: DataFormat, monkeypatch: pytest.MonkeyPatch, older: bool, files: int
) -> None:
    if older:
        old = opened(folder, number)
        old.write({"n": 1}, 0, 1)
        assert old.close()
    replace, published = os.replace, []

    def crash(source: str, target: str) -> None:
        if len(published) == files:
            os._exit(7)
        published.append(target)
        replace(source, target)

    def write_and_crash() -> None:
        sink = opened(folder, number)
        sink.write({"n": 2}, 0, 1)
        monkeypatch.setattr(os, "replace", crash)
        sink.close()

    dies(write_and_crash)
    assert not cachefile.exists(folder / "e.data")
    source = CachedDataSource()
    if cachefile.getAllFilenames(folder / "e.data")[0]:
        with pytest.raises(OSError, match="has no checksum"):
            source.setup(folder / "e.data", number.prefix)
    else:
        assert not source.setup(folder / "e.data", number.prefix)

    again = opened(folder, number)
    again.write({"n": 3}, 0, 1)
    assert again.close()
    assert names(folder) == _PIECE
    assert numbers_in(folder, number) == [3]


@pytest.mark.parametrize("older", [None, 1, 2])
@pytest.mark.parametrize("files", range(4))
def test_an_error_while_publishing_leaves_nothing(
    folder: Path, number: DataFormat, monkeypatch: pytest.MonkeyPatch, older: int | None, files: int
) -> None:
    if older is not None:
        old = opened(folder, number)
        old.write({"n": older}, 0, 1)
        assert old.close()
    sink = opened(folder, number)
    sink.write({"n": 2}, 0, 1)
    replace, published = os.replace, []

    def refuse(source: str, target: str) -> None:
        if len(published) == files:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        published.append(target)
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refuse)
        with pytest.raises(OSError, match="Read-only") as caught:
            sink.close()
    assert caught.value.filename == str(folder / "e.0.1.data")
    assert not cachefile.exists(folder / "e.data")
    if older is None:
        assert names(folder) == []
    else:
        assert set(names(folder)) < set(_PIECE), "what the older piece left must not look like one"
        cachefile.remove_unfinished(folder / "e.data")
        assert names(folder) == []


@pytest.mark.parametrize("when", ["write", "close"])
def test_an_interruption_leaves_nothing(
    declare: Declare, folder: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    array = declare("demo/array/1", {"v": [0, "uint8"]})
    sink = opened(folder, array, 0)

    def interrupt(descriptor: int, parts: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(os, "writev", interrupt)
        sink.write({"v": numpy.zeros(1 << 20 if when == "write" else 1, "uint8")}, 0, 0)
        sink.close()
    assert names(folder) == []
    assert sink.close()


def test_the_same_content_is_replaced_without_a_gap(
    folder: Path, number: DataFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, seen = os.replace, []

    def look(source: str, target: str) -> None:
        replace(source, target)
        seen.append(numbers_in(folder, number))

    for round in range(2):
        sink = opened(folder, number)
        sink.write({"n": 1}, 0, 1)
        if round:
            monkeypatch.setattr(os, "replace", look)
        assert sink.close()
    assert seen == [[1]] * 4


def full_disk(descriptor: int, parts: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_at_a_write_leaves_nothing(declare: Declare, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    array = declare("demo/array/1", {"v": [0, "uint8"]})
    sink = opened(folder, array)
    sink.write({"v": numpy.zeros(10, "uint8")}, 0, 0)
    with monkeypatch.context() as patched:
        patched.setattr(os, "writev", full_disk)
        with pytest.raises(OSError, match="No space left") as caught:
            sink.write({"v": numpy.zeros(1 << 20, "uint8")}, 1, 1)
    assert caught.value.errno == errno.ENOSPC
    assert caught.value.filename == str(folder / "e.0.1.data")
    assert names(folder) == []
    with pytest.raises(RuntimeError):
        sink.write({"v": numpy.zeros(1, "uint8")}, 1, 1)
    assert sink.close()
    assert names(folder) == []


def test_a_full_disk_at_the_close_leaves_nothing(
    folder: Path, number: DataFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = opened(folder, number)
    sink.write({"n": 1}, 0, 1)
    with monkeypatch.context() as patched:
        patched.setattr(os, "writev", full_disk)
        with pytest.raises(OSError, match="No space left"):
            sink.close()
    assert names(folder) == []
    assert sink.close()


def test_short_writes_are_continued(declare: Declare, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    array = declare("demo/array/1", {"v": [0, "uint8"]})
    value = numpy.arange(100_000, dtype="uint32").view("uint8")
    writev = os.writev

    def little_by_little(descriptor: int, parts: list[memoryview]) -> int:
        taken, room = [], 70_001
        for part in parts:
            taken.append(part[:room])
            room -= len(taken[-1])
        return writev(descriptor, taken)

    with monkeypatch.context() as patched:
        patched.setattr(os, "writev", little_by_little)
        sink = opened(folder, array, 0)
        sink.write({"v": value}, 0, 0)
        assert sink.close()
    source = CachedDataSource()
    assert source.setup(folder / "e.data", array.prefix)
    assert (source[0][0].v == value).all()


def test_what_dead_processes_left_is_removed(folder: Path, number: DataFormat) -> None:
    ready, done = os.pipe()
    child = os.fork()
    if child == 0:
        sink = opened(folder, number)
        sink.write({"n": 1}, 0, 0)
        os.write(done, b"x")
        signal.pause()
    assert os.read(ready, 1) == b"x"
    os.close(ready)
    os.close(done)
    hidden = names(folder)
    assert len(hidden) == 2

    other = opened(folder, number)
    assert set(hidden) < set(names(folder)), "the files of a process that lives are its own"
    assert other.close()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert names(folder) == hidden
    opened(folder, number, 9).close()
    assert names(folder) == []


def test_files_of_other_hosts_and_entries_are_left_alone(folder: Path, number: DataFormat) -> None:
    sink = opened(folder, number)
    hidden = names(folder)[0]
    assert sink.close()
    host = writing._HOST
    kept = [hidden.replace(host, "elsewhere"), hidden.replace(".e.", ".ee."), hidden.replace(".tmp", "")]
    for name in kept:
        (folder / name).touch()
    assert opened(folder, number).close()
    assert names(folder) == sorted(kept)


def test_a_file_that_someone_tidies_up_too_early_is_made_again(
    folder: Path, number: DataFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    try_lock, calls = writing._try_lock, []

    def too_late(descriptor: int) -> bool | None:
        calls.append(descriptor)
        if len(calls) == 1:
            (only,) = folder.iterdir()
            only.unlink()
        return try_lock(descriptor)

    monkeypatch.setattr(writing, "_try_lock", too_late)
    sink = opened(folder, number)
    sink.write({"n": 4}, 0, 1)
    assert sink.close()
    assert numbers_in(folder, number) == [4]


def test_file_systems_without_locks_do(folder: Path, number: DataFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(writing.fcntl, "flock", no_locks)
    left = opened(folder, number)
    sink = opened(folder, number)
    assert len(names(folder)) == 4
    sink.write({"n": 4}, 0, 1)
    assert sink.close()
    assert left.close()
    assert numbers_in(folder, number) == [4]


def test_a_forked_child_leaves_the_files_to_its_parent(folder: Path, number: DataFormat) -> None:
    sink = opened(folder, number)
    sink.write({"n": 1}, 0, 1)
    child = os.fork()
    if child == 0:
        sink.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert not list(folder.glob("e*"))
    assert sink.close()
    assert numbers_in(folder, number) == [1]


def test_a_folder_that_vanished_is_told(folder: Path, number: DataFormat) -> None:
    sink = opened(folder, number)
    sink.write({"n": 1}, 0, 1)
    shutil.rmtree(folder)
    with pytest.raises(OSError, match="No such file"):
        sink.close()


# -- other sinks ---------------------------------------------------------------------------------------------------


def test_subclasses_of_the_base_need_not_do_anything() -> None:
    class Nothing(DataSink):
        def __init__(self) -> None:
            pass

    sink = Nothing()
    sink.write(1, 0, 0)
    assert not sink.isConnected()
    assert sink.close()
    assert DataSink().statistics() == (0, 0.0)


def test_printing(number: DataFormat, capsys: pytest.CaptureFixture[str]) -> None:
    sink = StdoutDataSink()
    assert (sink.dataformat, sink.prefix, sink.display_data) == (None, "", True)
    sink.setup(number, "out")
    assert sink.prefix == "out "
    sink.write(3, 0, 4)
    sink.setup(number, display_data=False)
    sink.write(3, 5, 5)
    assert capsys.readouterr().out == "out (0 -> 4): 3\n(5 -> 5): <data>\n"
    assert sink.isConnected()
    assert sink.close()
    assert sink.statistics() == (0, 0.0)
