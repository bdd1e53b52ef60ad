"""Folders and files of the engine: files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from beat.backend.python.storage import safe_rmfile


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file beside its final place, then move it there.

    Raises
    ------
    OSError
        When it cannot be written; what was there before is still there.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    except BaseException as error:
        safe_rmfile(unfinished)
        if isinstance(error, OSError):
            raise OSError(error.errno, f"cannot be written: {error.strerror}", str(path)) from error
        raise


def make_folder(path: Path, what: str) -> None:
    """Make a folder, with those above it, unless it is there.

    Raises
    ------
    OSError
        When it cannot be made; the text says what it is for.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(error.errno, f"the {what} cannot be made: {error.strerror}", str(path)) from error
