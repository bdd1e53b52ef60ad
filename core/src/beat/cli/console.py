"""What the command says: results on standard output, everything else on standard error."""

from __future__ import annotations

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


def _duplicate(stream: Any) -> Any:
    """Open the same terminal or file a second time; a stream without descriptor (a test's) is used as it is."""
    try:
        descriptor = os.dup(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return stream
    return os.fdopen(descriptor, "w", encoding=getattr(stream, "encoding", None) or "utf-8", errors="backslashreplace")


def print_json(value: Any) -> None:
    """Write a value, which may hold numpy's, to standard output as JSON."""
    from beat.backend.python import jsonio

    click.echo(jsonio.dumps(value, indent=2))


def print_rows(rows: list[tuple[str, ...]], indent: str = "") -> None:
    """Write rows to standard output in aligned columns, the last one as long as it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True)]
        click.echo(indent + "  ".join([*cells, row[-1]]).rstrip())
