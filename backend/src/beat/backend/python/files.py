"""Reading the files of declared objects, which may be anything that users put there."""

from __future__ import annotations

import errno
import os
import stat
from io import FileIO


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def open_regular(path: str | os.PathLike[str]) -> FileIO:
    """Open a file to read its bytes, without waiting for the other end of a pipe.

    Raises
    ------
    OSError
        When there is no such file, it cannot be read, or is no regular file (a folder, a pipe, a device).
    """
    file = FileIO(os.fspath(path), opener=_without_waiting)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))
    return file


def read(path: str | os.PathLike[str], limit: int | None = None) -> bytes:
    """Read a whole regular file.

    Parameters
    ----------
    limit
        Largest number of bytes.

    Raises
    ------
    OSError
        As `open_regular`, and when the file is larger than the limit.
    """
    with open_regular(path) as file:
        if limit is not None and os.fstat(file.fileno()).st_size > limit:
            raise OSError(errno.EFBIG, f"larger than {limit // 2**20} MiB", os.fspath(path))
        return file.read()
