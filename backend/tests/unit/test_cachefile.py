"""Names, digests and grammar of cache files."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from beat.backend.python import cachefile
from beat.backend.python.cachefile import digests


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(b"")


def age(path: Path, seconds: float = 10) -> None:
    """Make a file look as if it had been changed some time ago."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - int(seconds * 1e9)))


def store(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    Path(f"{path}.checksum").write_text(hashlib.sha256(content).hexdigest())


# -- names ---------------------------------------------------------------------------------------------------------


def test_files_are_listed_by_kind_and_range(tmp_path: Path) -> None:
    touch(tmp_path, "e.10.19.data", "e.9.9.data", "e.0.8.data", "e.0.8.index", "e.0.8.data.checksum", "e.data")
    touch(tmp_path, "ee.0.1.data", "e.x.0.1.data", "e.0.1.data.bak", ".e.0.1.data.tmp", "e.a.1.data")
    data, indices, data_checksums, index_checksums = cachefile.getAllFilenames(tmp_path / "e.data")
    assert [Path(path).name for path in data] == ["e.0.8.data", "e.9.9.data", "e.10.19.data"]
    assert indices == [str(tmp_path / "e.0.8.index")]
    assert data_checksums == [str(tmp_path / "e.0.8.data.checksum")]
    assert index_checksums == []
    assert cachefile.getAllFilenames(str(tmp_path / "e"))[0] == data
    assert cachefile.getAllFilenames(tmp_path / "e.data", 9, 9)[0] == [str(tmp_path / "e.9.9.data")]


def test_the_files_of_one_piece_are_listed(tmp_path: Path) -> None:
    touch(tmp_path, "e.0.8.data", "e.0.8.index", "e.9.9.data")
    data, indices, _, _ = cachefile.getAllFilenames(tmp_path / "e.0.8.data")
    assert [*data, *indices] == [str(tmp_path / "e.0.8.data"), str(tmp_path / "e.0.8.index")]


def test_ties_are_sorted_by_end(tmp_path: Path) -> None:
    touch(tmp_path, "e.0.10.data", "e.0.9.data")
    assert [Path(p).name for p in cachefile.getAllFilenames(tmp_path / "e.data")[0]] == ["e.0.9.data", "e.0.10.data"]


def test_stems_and_folders_may_have_any_characters(tmp_path: Path) -> None:
    folder = tmp_path / "a.data[1]*"
    folder.mkdir()
    touch(folder, "e[0].0.1.data", "e0.0.1.data")
    assert cachefile.getAllFilenames(folder / "e[0].data")[0] == [str(folder / "e[0].0.1.data")]
    assert cachefile.piece_path(folder / "e.data", 3, 4) == str(folder / "e.3.4.data")


def test_names_without_folder_stay_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    touch(tmp_path, "e.0.1.data")
    assert cachefile.getAllFilenames("e.data") == (["e.0.1.data"], [], [], [])


def test_nothing_is_found_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert cachefile.getAllFilenames(tmp_path / "no" / "e.data") == ([], [], [], [])
    assert not cachefile.exists(tmp_path / "no" / "e.data")
    assert cachefile.remove_unfinished(tmp_path / "no" / "e.data") == []


def test_only_data_with_its_checksum_exists(tmp_path: Path) -> None:
    touch(tmp_path, "e.0.1.data", "e.0.1.index", "e.0.1.index.checksum", "e.2.3.data.checksum")
    assert not cachefile.exists(tmp_path / "e.data")
    touch(tmp_path, "e.0.1.data.checksum")
    assert cachefile.exists(tmp_path / "e.data")
    assert cachefile.exists(tmp_path / "e")


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    finished = ["e.0.1.data", "e.0.1.data.checksum", "e.0.1.index", "e.0.1.index.checksum", "other.2.3.data"]
    unfinished = ["e.2.3.data", "e.2.3.index", "e.4.5.data.checksum", "e.6.7.index.checksum"]
    touch(tmp_path, *finished, *unfinished)
    assert sorted(Path(path).name for path in cachefile.remove_unfinished(tmp_path / "e.data")) == unfinished
    assert sorted(os.listdir(tmp_path)) == sorted(finished)


# -- digests -------------------------------------------------------------------------------------------------------


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read to be hashed."""
    names: list[str] = []
    file_digest = hashlib.file_digest

    def spy(file: object, algorithm: str) -> object:
        names.append(Path(file.name).name)
        return file_digest(file, algorithm)

    monkeypatch.setattr(hashlib, "file_digest", spy)
    return names


def test_an_old_file_is_hashed_once(tmp_path: Path, hashed: list[str]) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"content")
    age(path)
    for _ in range(3):
        assert cachefile.digest_of(path) == hashlib.sha256(b"content").hexdigest()
    assert hashed == ["f"]


def test_a_file_that_was_just_changed_is_hashed_again(tmp_path: Path, hashed: list[str]) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"one")
    stamp = time.time_ns() + 5_000_000_000  # within the tick for certain, however slow the machine is
    os.utime(path, ns=(stamp, stamp))
    assert cachefile.digest_of(path) == hashlib.sha256(b"one").hexdigest()
    path.write_bytes(b"two")
    os.utime(path, ns=(stamp, stamp))
    assert cachefile.digest_of(path) == hashlib.sha256(b"two").hexdigest()
    assert hashed == ["f", "f"]


def test_a_change_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"one")
    age(path)
    assert cachefile.digest_of(path) == hashlib.sha256(b"one").hexdigest()
    path.write_bytes(b"two")
    age(path, 20)
    assert cachefile.digest_of(path) == hashlib.sha256(b"two").hexdigest()


def test_times_in_whole_seconds_are_trusted_later() -> None:
    second = 1_000_000_000
    assert not digests._settled(5 * second, 6 * second)
    assert digests._settled(5 * second, 8 * second)
    assert digests._settled(5 * second + 1, 6 * second)
    assert not digests._settled(5 * second + 1, 5 * second + 2)


def test_the_memory_of_digests_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_known", {})
    monkeypatch.setattr(digests, "_CAPACITY", 4)
    for number in range(10):
        path = tmp_path / str(number)
        path.write_bytes(b"content")
        age(path)
        cachefile.digest_of(path)
        assert 1 <= len(digests._known) <= 4


def test_checksums_may_have_white_space_around_them(tmp_path: Path) -> None:
    store(tmp_path / "f", b"content")
    checksum = tmp_path / "f.checksum"
    checksum.write_text(f" {checksum.read_text()}\n")
    assert cachefile.verify(str(tmp_path / "f"))
    checksum.write_text("0" * 64)
    assert not cachefile.verify(str(tmp_path / "f"))


# -- grammar -------------------------------------------------------------------------------------------------------


def test_payloads_hold_any_byte_and_need_no_line_feed_at_their_end() -> None:
    content = b"binary\na/b/1\n0 1 3\n\n\n\n2 2 0\n3 5 4\n9 9 "
    header = cachefile.read_header(memoryview(content), "f")
    assert header == ("binary", "a/b/1", 13)
    assert cachefile.scan_units(memoryview(content), header.size, "f") == (
        [0, 2, 3],
        [1, 2, 5],
        [19, 28, 34],
        [3, 0, 4],
    )


@pytest.mark.parametrize("content", [b"", b"binary", b"binary\n", b"binary\na/b/1"])
def test_a_file_without_header_is_damaged(content: bytes) -> None:
    with pytest.raises(OSError, match="`f' is not a data file"):
        cachefile.read_header(memoryview(content), "f")


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(RuntimeError, match="unknown encoding `xml'"):
        cachefile.read_header(memoryview(b"xml\na/b/1\n"), "f")


@pytest.mark.parametrize(
    ("units", "what"),
    [
        (b"0 1 3\nab", "cut off"),
        (b"0 1\nab", "no data unit begins at byte 0"),
        (b"0 0 1\n\nrubbish", "no data unit begins at byte 7"),
        (b"-1 0 1\n\n", "no data unit begins at byte 0"),
        (b"0 0 1\n\n" * 40 + b"0 0 9\n", "cut off"),
    ],
)
def test_damaged_units_are_told(units: bytes, what: str) -> None:
    with pytest.raises(OSError, match=what):
        cachefile.scan_units(memoryview(units), 0, "f")


def test_a_range_keeps_what_lies_inside() -> None:
    columns = ([0, 5, 10, 12], [4, 9, 11, 13], [1, 2, 3, 4], [6, 6, 6, 6])
    kept = cachefile.file_infos(7, columns, 3, 12)
    assert kept == [(7, 5, 9, 2, 6), (7, 10, 11, 3, 6)]
    assert isinstance(kept[0], cachefile.FileInfos)


@pytest.mark.parametrize("size", [0, 10, 1 << 17])
def test_buffers_show_files_and_leave_them_closed(tmp_path: Path, size: int) -> None:
    path = tmp_path / "f"
    content = os.urandom(size)
    path.write_bytes(content)
    buffer = cachefile.open_buffer(path)
    path.unlink()
    assert buffer.readonly
    assert bytes(buffer) == content


# -- load_data_index -----------------------------------------------------------------------------------------------


def test_the_index_of_all_pieces_is_read(tmp_path: Path) -> None:
    store(tmp_path / "e.10.19.index", b"10 11\n12 13\n14 15\n16 17\n18 19\n")
    store(tmp_path / "e.0.9.index", b"0 4\n5 9\n")
    store(tmp_path / "ee.0.9.index", b"7 9\n")
    assert cachefile.load_data_index(tmp_path, "e.data") == [0, 5, 10, 12, 14, 16, 18, 20]
    assert cachefile.load_data_index(str(tmp_path), "e.index") == [0, 5, 10, 12, 14, 16, 18, 20]


def test_indices_that_are_not_there_or_not_right_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no index"):
        cachefile.load_data_index(tmp_path, "e.data")
    path = tmp_path / "e.0.9.index"
    path.write_bytes(b"0 9\n")
    with pytest.raises(FileNotFoundError):
        cachefile.load_data_index(tmp_path, "e.data")
    Path(f"{path}.checksum").write_text("0" * 64)
    with pytest.raises(RuntimeError, match="not what its checksum says"):
        cachefile.load_data_index(tmp_path, "e.data")
    store(path, b"")
    with pytest.raises(RuntimeError, match="is empty"):
        cachefile.load_data_index(tmp_path, "e.data")
