"""What user code prints, kept in a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TextIO


class Logs:
    """A folder of log files, one for each block.

    Parameters
    ----------
    folder
        It is made when the first log begins. ``None`` keeps no logs.
    warn
        Gets one text, when a log cannot be written; the run goes on without.
    """

    def __init__(self, folder: str | os.PathLike[str] | None, warn: Callable[[str], object]) -> None:
        self._folder = None if folder is None else Path(folder)
        self._warn = warn

    def begin(self, name: str) -> Log:
        """Open the log of a block in place of its last one."""
        path = None if self._folder is None else self._folder / f"{name.replace('/', '_')}.log"
        return Log(path, self._give_up)

    def _give_up(self, path: Path, error: OSError) -> None:
        if self._folder is not None:
            self._folder = None
            self._warn(f"what the blocks print is not kept: cannot write {path}: {error.strerror}")


class Log:
    """One open log file; does nothing without a path, or once the file cannot be written.

    Parameters
    ----------
    path
        The file.
    give_up
        Called with path and error when it cannot be written.
    """

    def __init__(self, path: Path | None, give_up: Callable[[Path, OSError], object]) -> None:
        self._path = path
        self._give_up = give_up
        self._file: TextIO | None = None
        self._guarded(self._open)

    @property
    def path(self) -> str | None:
        """The file, if it has been written."""
        return None if self._path is None else str(self._path)

    def write(self, text: str) -> None:
        """Append a text."""
        self._guarded(lambda: self._append(text))

    def close(self) -> None:
        """Finish the file."""
        file, self._file = self._file, None
        if file is not None:
            self._guarded(file.close)

    def _open(self) -> None:
        assert self._path is not None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(self._path, "w", encoding="utf-8", buffering=1)  # noqa: SIM115 - open as long as the block runs

    def _append(self, text: str) -> None:
        assert self._file is not None
        self._file.write(text)

    def _guarded(self, action: Callable[[], object]) -> None:
        if self._path is None:
            return
        try:
            action()
        except OSError as error:
            path, self._path, self._file = self._path, None, None
            self._give_up(path, error)
