"""Files are read whole, and what is no file does not hold the reader up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beat.backend.python import files, jsonio
from beat.backend.python.hash import hashFileContents, hashJSONFile
from beat.backend.python.library import Library
from beat.backend.python.storage import File


def test_files_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100_000)
    assert files.read(path) == files.read(str(path), 100_000) == b"x" * 100_000
    with pytest.raises(OSError, match="larger than 1 MiB"):
        path.write_bytes(b"x" * (2**20 + 1))
        files.read(path, 2**20)


def make_folder(path: Path) -> None:
    path.mkdir()


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_circle(path: Path) -> None:
    path.symlink_to(path)


MAKERS = [make_folder, make_pipe, make_device, make_circle]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    "read",
    [files.read, jsonio.load, hashFileContents, lambda path: hashJSONFile(path, ""), lambda path: File(path).load()],
)
def test_what_is_no_file_is_not_read(make: object, read: object, tmp_path: Path) -> None:
    path = tmp_path / "strange"
    make(path)
    with pytest.raises(OSError, match=str(path)):
        read(path)


@pytest.mark.parametrize("make", MAKERS)
def test_code_that_is_no_file_is_an_entry(make: object, tmp_path: Path) -> None:
    folder = tmp_path / "libraries" / "me" / "tools"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text('{"language": "python"}')
    make(folder / "1.py")
    [error] = Library(str(tmp_path), "me/tools/1").errors
    assert "Library code cannot be read" in error
    assert str(folder / "1.py") in error


def test_texts_that_are_too_long_are_no_json() -> None:
    with pytest.raises(ValueError, match="longer than 16 MiB"):
        jsonio.loads(" " * jsonio.MAX_SIZE + "1")
