"""Digests of cache files, computed once for each content.

A file is known by device, inode, size and times. The times of a file move in ticks of the clock of its file system: a
file that was changed within the tick in which it was read may change again without a trace, so only what is older than
a tick is remembered.
"""

from __future__ import annotations

import hashlib
import os
import time

#: Longest tick (in nanoseconds) of file systems with fine times; the clock of Linux kernels ticks every 1 to 10 ms.
TICK = 20_000_000
#: Time stamps without fraction come from file systems that count in steps of one or two seconds.
COARSE_TICK = 2_000_000_000
_CAPACITY = 1 << 16

_Signature = tuple[int, int, int]
_known: dict[tuple[int, int], tuple[_Signature, str]] = {}


def _signature(status: os.stat_result) -> _Signature:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _settled(mtime: int, now: int) -> bool:
    return now - mtime > (TICK if mtime % 1_000_000_000 else COARSE_TICK)


def remember(status: os.stat_result, digest: str, now: int) -> None:
    """Note the digest of a file whose content was as `digest` says at `now` (nanoseconds), if its times can tell."""
    if _settled(status.st_mtime_ns, now):
        if len(_known) >= _CAPACITY:
            _known.clear()
        _known[status.st_dev, status.st_ino] = _signature(status), digest


def digest_of(path: str | os.PathLike[str]) -> str:
    """Give the SHA-256 of a file in hexadecimal; a file that has not changed since is not read again."""
    status = os.stat(path)
    known = _known.get((status.st_dev, status.st_ino))
    if known is not None and known[0] == _signature(status):
        return known[1]
    with open(path, "rb") as file:
        now = time.time_ns()
        before = os.fstat(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        after = os.fstat(file.fileno())
    if _signature(before) == _signature(after):
        remember(before, digest, now)
    return digest


def verify(path: str) -> bool:
    """Tell whether a file is what its ``.checksum`` file says.

    Raises
    ------
    OSError
        When one of them cannot be read.
    """
    with open(f"{path}.checksum", encoding="ascii", errors="replace") as file:
        wanted = file.read().strip()
    return digest_of(path) == wanted
