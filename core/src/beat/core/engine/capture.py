"""Catch all that a block prints: from Python, from compiled code, and from processes that it starts."""

from __future__ import annotations

import codecs
import ctypes
import fcntl
import io
import os
import select
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any, TextIO, cast

_STREAMS = {"stdout": 1, "stderr": 2}
"""The standard streams of `sys`, and the descriptors that they stand for."""
_TICK = 0.25
"""Seconds between two calls of `on_tick`, at least."""
_CHUNK = 65536
"""Bytes read at once."""


class Capture:
    """Divert standard output and standard error to a consumer, for the time of a ``with`` statement.

    It works at the level of descriptors, through a pipe that a thread reads. `sys.stdout` and `sys.stderr` are replaced
    too, since they need not be connected to the descriptors (under pytest, in notebooks). While the consumer itself is
    called, what it prints goes where it would have gone without the capture, as long as it looks up `sys.stdout` and
    `sys.stderr` at that moment; a consumer that keeps streams of its own must have opened them on a duplicate of the
    descriptor.

    Parameters
    ----------
    on_text
        Gets the texts, in the reading thread. When it raises, no consumer is called any more, and the exception comes
        out of the ``with`` statement.
    on_tick
        Called about four times a second in the same thread, if given.
    """

    def __init__(self, on_text: Callable[[str], object], on_tick: Callable[[], object] | None = None) -> None:
        self._on_text = on_text
        self._on_tick = on_tick
        self._error: BaseException | None = None
        self._undo = ExitStack()

    def __enter__(self) -> Capture:
        with (
            ExitStack() as undo
        ):  # undone in reverse: the reader ends when all is in the pipe, the streams stay till then
            self._source, entry = os.pipe()
            undo.callback(os.close, self._source)
            self._stop, stopper = os.pipe()
            undo.callback(os.close, self._stop)
            _flush()
            saved = {name: _duplicate(descriptor) for name, descriptor in _STREAMS.items()}
            reader = threading.Thread(target=self._read, name="beat-capture", daemon=True)
            for name in _STREAMS:
                _divert(name, entry, saved[name], reader, undo)
            reader.start()
            undo.callback(_finish, reader, stopper)
            for name, descriptor in _STREAMS.items():
                undo.callback(_restore, descriptor, saved[name])
                os.dup2(entry, descriptor)
            os.close(entry)
            undo.callback(_flush)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._undo.close()
        if self._error is not None and kind is None:
            raise self._error

    # -- in the thread ---------------------------------------------------------------------------------------------

    def _read(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        poll = select.poll()
        poll.register(self._source, select.POLLIN)
        poll.register(self._stop, select.POLLIN)
        timeout = None if self._on_tick is None else _TICK * 1000
        next_tick = time.monotonic() + _TICK
        left: float = float("inf")
        while left > 0:
            ready = {descriptor for descriptor, _ in poll.poll(timeout)}
            if self._stop in ready and left == float("inf"):
                # A process that the block left behind may write for ever: take what can be in the pipe now.
                left = _capacity(self._source)
            if self._source in ready:
                data = os.read(self._source, _CHUNK)
                left -= len(data)
                self._deliver(decoder.decode(data))
            elif self._stop in ready:
                break
            if self._on_tick is not None and time.monotonic() >= next_tick:
                self._guarded(self._on_tick)
                next_tick = time.monotonic() + _TICK
        self._deliver(decoder.decode(b"", final=True))

    def _deliver(self, text: str) -> None:
        if text:
            self._guarded(lambda: self._on_text(text))

    def _guarded(self, call: Callable[[], object]) -> None:
        """Call a consumer; after an error go on reading without it, or user code would block on a full pipe."""
        if self._error is None:
            try:
                call()
            except BaseException as error:  # noqa: BLE001 - it is raised again where the capture ends
                self._error = error


class _Diverted:
    """Stands for a standard stream: leads into the pipe, but for the thread that serves the consumer out of it.

    Programs keep references to `sys.stdout` (handlers of `logging` do): one that outlives the capture leads to the
    stream that was there before.
    """

    def __init__(self, inside: TextIO, beside: TextIO, before: TextIO, server: threading.Thread) -> None:
        self._inside: TextIO | None = inside
        self._beside = beside
        self._before = before
        self._server = server

    def __getattr__(self, name: str) -> Any:
        if self._inside is None:
            return getattr(self._before, name)
        if threading.current_thread() is self._server:
            return getattr(self._beside, name)
        return getattr(self._inside, name)

    def finish(self) -> None:
        inside, self._inside = self._inside, None
        if inside is not None:
            with suppress(OSError, ValueError):
                inside.close()


def _divert(name: str, entry: int, saved: int | None, server: threading.Thread, undo: ExitStack) -> None:
    """Replace a standard stream of `sys`, until `undo`."""
    before: TextIO = getattr(sys, name)
    beside = before
    if saved is not None and _descriptor(before) == _STREAMS[name]:
        beside = _open(os.dup(saved))
        undo.callback(beside.close)
    diverted = _Diverted(_open(os.dup(entry)), beside, before, server)
    undo.callback(diverted.finish)
    setattr(sys, name, cast(TextIO, diverted))
    undo.callback(setattr, sys, name, before)


def _open(descriptor: int) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(descriptor, "w")), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )


def _descriptor(stream: Any) -> int | None:
    """Give the descriptor of a stream that has one."""
    try:
        number: int = stream.fileno()
    except (OSError, ValueError, AttributeError):
        return None
    return number


def _flush() -> None:
    """Write what Python and the C library hold back for the standard streams."""
    for name in _STREAMS:
        with suppress(OSError, ValueError, AttributeError):
            getattr(sys, name).flush()
    ctypes.CDLL(None).fflush(None)


def _finish(reader: threading.Thread, stopper: int) -> None:
    """Let the reader end.

    The end of its pipe would be no sign: a process that the block left behind may hold that open for ever.
    """
    os.write(stopper, b".")
    os.close(stopper)
    reader.join()


def _capacity(pipe: int) -> int:
    """Give the number of bytes that a pipe can hold."""
    with suppress(OSError, AttributeError):
        return fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
    return _CHUNK


def _duplicate(descriptor: int) -> int | None:
    """Duplicate a descriptor; ``None`` if it is closed."""
    try:
        return os.dup(descriptor)
    except OSError:
        return None


def _restore(descriptor: int, saved: int | None) -> None:
    """Put back what a descriptor was: closed, if it was that."""
    if saved is None:
        os.close(descriptor)
    else:
        os.dup2(saved, descriptor)
        os.close(saved)
