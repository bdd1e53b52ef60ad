"""Names of cache files, and which of them belong together."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from typing import NamedTuple

_PIECE = re.compile(r"(.*)(\.([0-9]+)\.([0-9]+))\.((?:data|index)(?:\.checksum)?)", re.DOTALL)

Filenames = tuple[list[str], list[str], list[str], list[str]]


class _Found(NamedTuple):
    start: int
    end: int
    name: str
    kind: str


def stem_of(filename: str | os.PathLike[str]) -> str:
    """Cut the extension off a file name; folders keep their dots."""
    return os.path.splitext(os.fspath(filename))[0]


def piece_path(filename: str | os.PathLike[str], start: int, end: int) -> str:
    """Name the piece of the indices `start` to `end`: ``<stem>.<start>.<end><extension>``."""
    stem, extension = os.path.splitext(os.fspath(filename))
    return f"{stem}.{start}.{end}{extension}"


def _list_pieces(stem: str) -> Iterator[_Found]:
    folder, base = os.path.split(stem)
    try:
        names = os.listdir(folder or ".")
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        # The pieces of the entry, or the files of the one piece that was named.
        if name.startswith(base) and (match := _PIECE.fullmatch(name)) and base in (match[1], match[1] + match[2]):
            yield _Found(int(match[3]), int(match[4]), name, match[5])


def getAllFilenames(
    filename: str | os.PathLike[str], start_index: int | None = None, end_index: int | None = None
) -> Filenames:
    """List the files of an entry of the cache, or of one piece.

    Parameters
    ----------
    filename
        Name of the entry, or the data file of the piece; with or without extension.
    start_index, end_index
        Leave out pieces that do not meet this closed range; ``None`` is no limit.

    Returns
    -------
    tuple
        Four lists of paths, each sorted by range: data, indices, checksums of the data, checksums of the indices.
    """
    stem = stem_of(filename)
    parent = stem[: len(stem) - len(os.path.basename(stem))]
    found: dict[str, list[str]] = {"data": [], "index": [], "data.checksum": [], "index.checksum": []}
    for piece in sorted(_list_pieces(stem)):
        if (start_index is None or piece.end >= start_index) and (end_index is None or piece.start <= end_index):
            found[piece.kind].append(parent + piece.name)
    return found["data"], found["index"], found["data.checksum"], found["index.checksum"]


def range_of(path: str) -> tuple[int, int]:
    """Give the range in the name of one file of a piece."""
    match = _PIECE.fullmatch(path)
    if match is None:
        raise ValueError(f"`{path}' is not the name of a cache file: <stem>.<start>.<end>.data is wanted")
    return int(match[3]), int(match[4])


def exists(filename: str | os.PathLike[str]) -> bool:
    """Tell whether an entry has data: at least one piece with its checksum."""
    found = {(piece.start, piece.end, piece.kind) for piece in _list_pieces(stem_of(filename))}
    return any(kind == "data" and (start, end, "data.checksum") in found for start, end, kind in found)


@contextlib.contextmanager
def locked_folder(folder: str) -> Iterator[None]:
    """Keep other processes from publishing into a folder meanwhile.

    File systems that cannot lock a folder (NFS) go without: there the checksums still tell files that do not belong
    together.
    """
    descriptor = os.open(folder or ".", os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove_unfinished(filename: str | os.PathLike[str]) -> list[str]:
    """Delete what a killed run left of an entry: pieces without the checksum of their data.

    Returns
    -------
    list
        The paths of the deleted files.
    """
    stem = stem_of(filename)
    folder, base = os.path.split(stem)
    removed: list[str] = []
    if not os.path.isdir(folder or "."):
        return removed
    with locked_folder(folder):
        pieces = sorted(_list_pieces(stem))
        with_data = {(piece.start, piece.end) for piece in pieces if piece.kind == "data"}
        finished = {(piece.start, piece.end) for piece in pieces if piece.kind == "data.checksum"} & with_data
        for piece in pieces:
            if (piece.start, piece.end) not in finished:
                path = stem[: len(stem) - len(base)] + piece.name
                os.unlink(path)
                removed.append(path)
    return removed
