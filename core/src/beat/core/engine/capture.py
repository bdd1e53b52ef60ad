"""Catch all that a block prints: from Python, from compiled code, and from processes that it starts."""

from __future__ import annotations

import codecs
import ctypes
import fcntl
import functools
import io
import os
import select
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TextIO, cast

_STREAMS = {"stdout": 1, "stderr": 2}
"""The standard streams of `sys`, and the descriptors that they stand for."""
_TICK = 0.25
"""Seconds between two calls of `on_tick`, at least."""
_CHUNK = 65536
"""Bytes read at once."""


class Capture:
    """Diverts standard output and standard error to consumers; a context manager that owns a thread.

    `into` works at the level of descriptors, through a pipe that the thread reads. `sys.stdout` and `sys.stderr` are
    replaced too, since they need not be connected to the descriptors (under pytest, in notebooks). While a consumer is
    called, what it prints goes where it would have gone without the capture, as long as it looks up `sys.stdout` and
    `sys.stderr` at that moment; a consumer that keeps streams of its own must have opened them on a duplicate of the
    descriptor.

    Whoever ends a diversion reads the rest of the pipe itself: a block that prints nothing never waits for the thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: _Diversion | None = None
        self._thread: threading.Thread | None = None
        self._ended = False

    def __enter__(self) -> Capture:
        self._woken, self._waker = _pipe()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        self._wake()
        if self._thread is not None:
            self._thread.join()
        os.close(self._waker)
        os.close(self._woken)

    @contextmanager
    def into(self, on_text: Callable[[str], object], on_tick: Callable[[], object] | None = None) -> Iterator[None]:
        """Divert, for the time of a ``with`` statement.

        Parameters
        ----------
        on_text
            Gets the texts, one at a time, in the thread or at the end in the caller's. When it raises, no consumer is
            called any more, and the exception comes out of the ``with`` statement.
        on_tick
            Called about four times a second in the thread, if given.
        """
        with ExitStack() as undo:
            source, entry = _pipe()
            undo.callback(os.close, source)
            diversion = _Diversion(source, on_text, on_tick)
            _flush()
            saved = {name: _saved(descriptor) for name, descriptor in _STREAMS.items()}
            for name in _STREAMS:
                _divert(name, entry, saved[name], diversion, undo)
            self._begin(diversion)
            undo.callback(self._end)
            for name, descriptor in _STREAMS.items():
                undo.callback(_restore, descriptor, saved[name])
                os.dup2(entry, descriptor)
            os.close(entry)
            undo.callback(_flush)
            yield
        if diversion.error is not None:
            raise diversion.error

    def _begin(self, diversion: _Diversion) -> None:
        self._active = diversion
        if self._thread is None:
            self._thread = threading.Thread(target=self._read, name="beat-capture", daemon=True)
            self._thread.start()
        self._wake()

    def _end(self) -> None:
        diversion, self._active = self._active, None
        interrupt = self._acquire()
        try:
            if diversion is not None:
                diversion.finish()
        finally:
            self._lock.release()
        if interrupt is not None:
            raise interrupt

    def _acquire(self) -> KeyboardInterrupt | None:
        """Wait for the lock; an interrupt must wait, too, or the pipe would be closed while the thread reads it."""
        interrupt = None
        while True:
            try:
                self._lock.acquire()
            except KeyboardInterrupt as caught:
                interrupt = caught
            else:
                return interrupt

    def _wake(self) -> None:
        """Let the thread look at what it should read."""
        os.write(self._waker, b".")

    def _read(self) -> None:
        while not self._ended:
            active = self._active
            poll = select.poll()
            poll.register(self._woken, select.POLLIN)
            if active is not None and not active.exhausted:
                poll.register(active.source, select.POLLIN)
            if any(descriptor == self._woken for descriptor, _ in poll.poll(None if active is None else _TICK * 1000)):
                os.read(self._woken, _CHUNK)
            with self._lock:
                if active is not None and active is self._active:
                    active.serve()


class _Diversion:
    """The pipe of one diversion, and its consumers; one thread at a time may use it."""

    def __init__(self, source: int, on_text: Callable[[str], object], on_tick: Callable[[], object] | None) -> None:
        self.source = source
        self.exhausted = False
        self.error: BaseException | None = None
        self.server: int | None = None
        """The thread in which a consumer is being called."""
        self._on_text = on_text
        self._on_tick = on_tick
        self._next_tick = time.monotonic() + _TICK
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def serve(self) -> None:
        """Read once, if there is anything, and tick, if it is time."""
        self._read()
        if self._on_tick is not None and time.monotonic() >= self._next_tick:
            self._call(self._on_tick)
            self._next_tick = time.monotonic() + _TICK

    def finish(self) -> None:
        """Read what is in the pipe.

        The end of the pipe would be no sign: a process that user code left behind may hold it open, or write for ever.
        """
        left = _capacity(self.source)
        while left > 0 and (size := self._read()):
            left -= size
        self._deliver(self._decoder.decode(b"", final=True))

    def _read(self) -> int:
        """Read without waiting; give the number of bytes."""
        poll = select.poll()
        poll.register(self.source, select.POLLIN)
        if not poll.poll(0):
            return 0
        data = os.read(self.source, _CHUNK)
        self.exhausted = not data
        self._deliver(self._decoder.decode(data))
        return len(data)

    def _deliver(self, text: str) -> None:
        if text:
            self._call(lambda: self._on_text(text))

    def _call(self, consumer: Callable[[], object]) -> None:
        """Call a consumer; after an error go on reading without it, or user code would block on a full pipe."""
        if self.error is None:
            self.server = threading.get_ident()
            try:
                consumer()
            except BaseException as error:  # noqa: BLE001 - it is raised again where the diversion ends
                self.error = error
            finally:
                self.server = None


class _Diverted:
    """Stands for a standard stream: leads into the pipe, but for a thread that is calling a consumer out of it.

    Programs keep references to `sys.stdout` (handlers of `logging` do): one that outlives the capture leads to the
    stream that was there before.
    """

    def __init__(self, inside: TextIO, beside: TextIO, before: TextIO, diversion: _Diversion) -> None:
        self._inside: TextIO | None = inside
        self._beside = beside
        self._before = before
        self._diversion = diversion

    def __getattr__(self, name: str) -> Any:
        if self._inside is None:
            return getattr(self._before, name)
        if self._diversion.server == threading.get_ident():
            return getattr(self._beside, name)
        return getattr(self._inside, name)

    def finish(self) -> None:
        inside, self._inside = self._inside, None
        if inside is not None:
            with suppress(OSError, ValueError):
                inside.close()


def _divert(name: str, entry: int, saved: int | None, diversion: _Diversion, undo: ExitStack) -> None:
    """Replace a standard stream of `sys`, until `undo`."""
    before: TextIO = getattr(sys, name)
    beside = before
    if saved is not None and _descriptor(before) == _STREAMS[name]:
        beside = _open(_duplicate(saved))
        undo.callback(beside.close)
    diverted = _Diverted(_open(_duplicate(entry)), beside, before, diversion)
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
    _c_library().fflush(None)


@functools.cache
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _capacity(pipe: int) -> int:
    """Give the number of bytes that a pipe can hold."""
    with suppress(OSError, AttributeError):
        return fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
    return _CHUNK


def _duplicate(descriptor: int) -> int:
    """Duplicate a descriptor, never as one of the standard ones: those may be closed, and free to be taken."""
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, max(_STREAMS.values()) + 1)


def _pipe() -> tuple[int, int]:
    """Make a pipe whose descriptors are none of the standard ones."""
    ends = os.pipe()
    try:
        return _duplicate(ends[0]), _duplicate(ends[1])
    finally:
        for end in ends:
            os.close(end)


def _saved(descriptor: int) -> int | None:
    """Duplicate a standard descriptor; ``None`` if it is closed."""
    try:
        return _duplicate(descriptor)
    except OSError:
        return None


def _restore(descriptor: int, saved: int | None) -> None:
    """Put back what a descriptor was: closed, if it was that."""
    if saved is None:
        os.close(descriptor)
    else:
        os.dup2(saved, descriptor)
        os.close(saved)
