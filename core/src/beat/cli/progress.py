"""The events of a run as a person wants to see them: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from beat.core.engine import events

from .console import DEBUG, ERRORS, INFORMATION, Talk

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Follower:
    """Consumes the events of one run; to be used as a context manager around it.

    Parameters
    ----------
    talk
        The voice of the command.
    """

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._live: Progress | None = None
        self._task: TaskID | None = None
        if talk.verbosity >= INFORMATION and talk.diagnostics.is_terminal:
            self._live = _progress(talk)
        self._display: AbstractContextManager[Any] = self._live or nullcontext()

    def __enter__(self) -> Follower:
        self._display.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._display.__exit__(*error)

    def __call__(self, event: events.Event) -> None:
        """Show one event."""
        say = self._talk.say
        match event:
            case events.IndexStarted():
                say(f"indexing {event.database}, protocol {event.protocol}, set {event.set}")
            case events.IndexFailed():
                say(
                    f"failed   index of {event.database}, protocol {event.protocol}, set {event.set}",
                    ERRORS,
                    "bold red",
                )
            case events.BlockSkipped():
                say(f"cached   {event.block} ({event.algorithm})")
            case events.BlockStarted():
                self._start(event)
            case events.BlockProgress():
                self._advance(event)
            case events.BlockOutput():
                self._talk.diagnostics.print(event.text, end="", markup=False)
            case events.BlockFinished():
                self._stop()
                say(f"done     {event.block} in {event.seconds:.2f} s", style="green")
            case events.BlockFailed():
                self._stop()
                say(f"failed   {event.block} ({event.algorithm})", ERRORS, "bold red")
            case events.Warning():
                self._talk.warn(event.text)
            case _:
                say(str(event), DEBUG)

    def _start(self, event: events.BlockStarted) -> None:
        if self._live is None:
            self._talk.say(f"running  {event.block} ({event.algorithm}), {event.position} of {event.total}")
        else:
            label = f"running  {event.block} ({event.algorithm})"
            self._task = self._live.add_task(label, total=None, position=f"{event.position} of {event.total}")

    def _advance(self, event: events.BlockProgress) -> None:
        if self._live is not None and self._task is not None:
            self._live.update(self._task, completed=event.done, total=event.total)

    def _stop(self) -> None:
        if self._live is not None and self._task is not None:
            self._live.remove_task(self._task)
            self._task = None


def _progress(talk: Talk) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("block {task.fields[position]}", markup=False),
        console=talk.diagnostics,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def quote(talk: Talk, text: str) -> None:
    """Write a text of several lines, such as a traceback, below a message."""
    talk.say("  " + text.rstrip().replace("\n", "\n  "), ERRORS)
