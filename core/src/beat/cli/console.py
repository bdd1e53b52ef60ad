"""What the command says: results on standard output, everything else on standard error."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

ERRORS, WARNINGS, INFORMATION, EXTRA, DEBUG = range(5)
"""Verbosity from which on a message is shown."""


class Talk:
    """The voice of one call of the command.

    Standard error is duplicated at the start, so that messages and progress reach the terminal also while the
    standard streams are diverted to catch what user code prints.
    """

    def __init__(self, verbosity: int = INFORMATION) -> None:
        self.verbosity = verbosity
        self._diagnostics: Console | None = None
        self._results: io.FileIO | None = None

    def reserve_output(self) -> None:
        """Keep standard output for results from now on, before user code runs.

        What else is printed there goes to standard error: also from threads and processes that user code leaves
        behind, until the very end of the program. Hence nothing undoes this.
        """
        if self._results is None and (own := _duplicate_descriptor(sys.stdout)) is not None:
            self._results = io.FileIO(own, "w")
            sys.stdout.flush()
            other = _duplicate_descriptor(sys.stderr)
            other = os.open(os.devnull, os.O_WRONLY) if other is None else other
            os.dup2(other, sys.stdout.fileno())
            os.close(other)

    def put(self, text: str) -> None:
        """Write a line, or several, of results to standard output.

        Raises
        ------
        click.ClickException
            When it cannot be written; a pipe that nobody reads any more stays a ``BrokenPipeError``.
        """
        try:
            if self._results is None:
                click.echo(text)
            else:
                left = memoryview(_encoded(f"{text}\n", sys.stdout.encoding or "utf-8"))
                while left:
                    left = left[self._results.write(left) :]
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            raise click.ClickException(f"standard output cannot be written: {error.strerror}") from error

    def put_json(self, value: Any) -> None:
        """Write a value, which may hold numpy's, as JSON; NaN and infinity, which JSON lacks, become ``null``."""
        import simplejson

        # Not the encoder of the runtime: numpy cannot be imported again after an interrupt in the middle of that.
        self.put(simplejson.dumps(value, indent=2, ignore_nan=True, default=lambda item: item.tolist()))

    def put_rows(self, rows: list[tuple[str, ...]], indent: str = "") -> None:
        """Write rows in aligned columns, the last one as long as it is."""
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True)]
            self.put(indent + "  ".join([*cells, row[-1]]).rstrip())

    @property
    def diagnostics(self) -> Console:
        """Console on standard error."""
        if self._diagnostics is None:
            from rich.console import Console

            self._diagnostics = Console(file=_duplicate(sys.stderr), highlight=False, soft_wrap=True, emoji=False)
        return self._diagnostics

    def say(self, text: str, level: int = INFORMATION, style: str | None = None) -> None:
        """Write a message to standard error, as it is, if the verbosity allows."""
        if self.verbosity >= level:
            self.diagnostics.print(text, style=style, markup=False)

    def warn(self, text: str) -> None:
        """Write a warning."""
        self.say(f"Warning: {text}", WARNINGS, "yellow")

    def error(self, text: str) -> None:
        """Write an error."""
        self.say(f"Error: {text}", ERRORS, "bold red")


def reason(error: BaseException) -> str:
    """Tell in a line what went wrong: of the operating system's errors, the text and the file."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror if error.filename is None else f"{error.strerror}: `{os.fsdecode(error.filename)}'"
    return str(error)


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding, "surrogateescape")  # names of files as they are
    except UnicodeEncodeError:
        return text.encode(encoding, "backslashreplace")


def _duplicate_descriptor(stream: Any) -> int | None:
    try:
        return os.dup(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return None


def _duplicate(stream: Any) -> Any:
    """Open the same terminal or file a second time; a stream without descriptor (a test's) is used as it is."""
    if stream is None:  # closed by who called the program
        return open(os.devnull, "w", encoding="utf-8")
    descriptor = _duplicate_descriptor(stream)
    if descriptor is None:
        return stream
    return os.fdopen(descriptor, "w", encoding=getattr(stream, "encoding", None) or "utf-8", errors="backslashreplace")
