"""Reading the files of declared objects, which may be anything that users put there."""

from __future__ import annotations

import errno
import os
import stat
from io import FileIO


def _open(path: str | os.PathLike[str]) -> tuple[int, int]:
    """Open a regular file; give its descriptor and its size."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))
    return descriptor, status.st_size


def open_regular(path: str | os.PathLike[str]) -> FileIO:
    """Open a file to read its bytes, without waiting for the other end of a pipe.

    Raises
    ------
    OSError
        When there is no such file, it cannot be read, or is no regular file (a folder, a pipe, a device).
    """
    descriptor, _ = _open(path)
    return FileIO(descriptor)


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
    # Without a file object, which costs more than reading does: declarations are small, and there are many.
    descriptor, size = _open(path)
    try:
        if limit is not None and size > limit:
            raise OSError(errno.EFBIG, f"larger than {limit // 2**20} MiB", os.fspath(path))
        content = os.read(descriptor, size + 1)
        if len(content) == size:
            return content
        # The file has changed meanwhile, or is too large for one call.
        return content + b"".join(iter(lambda: os.read(descriptor, size + 1), b""))
    finally:
        os.close(descriptor)
