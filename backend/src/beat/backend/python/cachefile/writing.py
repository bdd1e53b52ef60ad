"""Writing cache files: they appear when they are whole, or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import re
import threading
import time
from collections.abc import Sequence

from .digests import TICK, digest_of, remember
from .names import locked_folder

Part = bytes | bytearray | memoryview

#: Less than this is collected before it is written.
BUFFERED = 1 << 16
#: Parts from this size on are hashed beside writing; a thread takes about 0.1 ms to start.
HASHED_BESIDE = 1 << 19
_MOST_PARTS = min(1024, os.sysconf("SC_IOV_MAX"))
_HOST = re.sub(r"[^A-Za-z0-9-]", "_", os.uname().nodename)[:64]


def _writev(descriptor: int, parts: Sequence[Part]) -> None:
    """Write all of the parts; one call of the system may write less."""
    views = [memoryview(part) for part in parts if len(part)]
    while views:
        written = os.writev(descriptor, views[:_MOST_PARTS])
        done = 0
        while done < len(views) and written >= len(views[done]):
            written -= len(views[done])
            done += 1
        del views[:done]
        if written:
            views[0] = views[0][written:]


def _try_lock(descriptor: int) -> bool | None:
    """Lock an open file; ``None`` when its file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


class HiddenFile:
    """A file that has its name only once it is whole; it is hashed while it is written.

    Until then it is called ``.<name>.<host>.<process>.<random>.tmp``, in the same folder, and locked: what no one
    holds any more was left by a process that died.

    Parameters
    ----------
    path
        The name it will have.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        folder, name = os.path.split(path)
        self.file: io.FileIO | None = None
        while self.file is None:
            self._hidden = os.path.normpath(f"{folder or '.'}/.{name}.{_HOST}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
            file = open(self._hidden, "xb", buffering=0)  # noqa: SIM115 - open until it is published or discarded
            # Someone who tidies up may have taken the file for a left-over before it was locked.
            if _try_lock(file.fileno()) is False or not os.fstat(file.fileno()).st_nlink:
                file.close()
            else:
                self.file = file
        self._hash = hashlib.sha256()

    def write(self, parts: Sequence[Part], size: int) -> None:
        """Write and hash parts of `size` bytes in all.

        Raises
        ------
        OSError
            When the disk is full, for example.
        """
        assert self.file is not None, "written after its end"
        if size < HASHED_BESIDE:
            _writev(self.file.fileno(), parts)
            self._update(parts)
            return
        beside = threading.Thread(target=self._update, args=(parts,), name="beat-hash")
        beside.start()
        try:
            _writev(self.file.fileno(), parts)
        finally:
            beside.join()

    def _update(self, parts: Sequence[Part]) -> None:
        for part in parts:
            self._hash.update(part)

    def digest(self) -> str:
        """Give the digest of what has been written, once the file system has taken all of it."""
        assert self.file is not None, "published already"
        os.close(os.dup(self.file.fileno()))  # network file systems tell at a close that the disk is full
        return self._hash.hexdigest()

    def is_published_already(self) -> bool:
        """Tell whether a file of the same name and content is there."""
        try:
            return digest_of(self.path) == self.digest()
        except FileNotFoundError:
            return False

    def publish(self) -> None:
        """Give the file its name."""
        assert self.file is not None, "published twice"
        descriptor = self.file.fileno()
        # Any later change shows in the time of the file once that lies more than a tick back: see `digests`.
        status = os.fstat(descriptor)
        os.utime(descriptor, ns=(status.st_atime_ns, status.st_mtime_ns - 2 * TICK))
        os.replace(self._hidden, self.path)
        remember(os.fstat(descriptor), self._hash.hexdigest(), time.time_ns())
        self.file.close()
        self.file = None

    def discard(self) -> None:
        """Delete the file, unless it has been published."""
        if self.file is not None:
            self.file.close()
            self.file = None
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._hidden)


def remove_stale(stem: str) -> None:
    """Delete the hidden files of the pieces of an entry whose writers have died on this host."""
    folder, base = os.path.split(stem)
    folder = folder or "."
    stale = re.compile(rf"\.[0-9]+\.[0-9]+\.[a-z.]+\.{re.escape(_HOST)}\.[0-9]+\.[0-9a-f]+\.tmp")
    for candidate in os.listdir(folder):
        if candidate.startswith(f".{base}") and stale.fullmatch(candidate, len(base) + 1):
            with contextlib.suppress(FileNotFoundError), open(f"{folder}/{candidate}", "rb") as file:
                if _try_lock(file.fileno()):
                    os.unlink(f"{folder}/{candidate}")


def _publish(files: Sequence[HiddenFile]) -> None:
    """Give files their names in this order, all or none. The last one stands for all: its elder goes first."""
    published = []
    try:
        if not files[-1].is_published_already():
            with contextlib.suppress(FileNotFoundError):
                os.unlink(files[-1].path)
        for file in files:
            published.append(file.path)
            file.publish()
    except BaseException:
        for path in (files[-1].path, *reversed(published)):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        raise


class PieceWriter:
    """Writes the four files of one piece of an entry of the cache.

    They appear together, the checksum of the data last: a piece without it is no piece. A piece of the same name is
    replaced.

    Parameters
    ----------
    filename
        Name of the entry, with extension.
    start, end
        First and last data index of the piece.
    encoding, format_name
        Head of the data.

    Raises
    ------
    OSError
        When the files cannot be made.
    """

    def __init__(self, filename: str, start: int, end: int, encoding: str, format_name: str) -> None:
        stem, extension = os.path.splitext(filename)
        remove_stale(stem)
        self._owner = os.getpid()
        self.data = HiddenFile(f"{stem}.{start}.{end}{extension}")
        try:
            self.index = HiddenFile(f"{stem}.{start}.{end}.index")
        except OSError:
            self.data.discard()
            raise
        header = f"{encoding}\n{format_name}\n".encode()
        self._units = [header]
        self._intervals: list[bytes] = []
        self._collected = len(header)
        self._last_size, self._last_size_text = 0, b""

    def add(self, start: int, end: int, payload: Sequence[Part]) -> int:
        """Write one unit.

        Parameters
        ----------
        payload
            Its packed form, in one or more parts of single bytes. None is referred to after the call.

        Returns
        -------
        int
            How many bytes that took in both files.
        """
        interval = b"%d %d" % (start, end)
        size = sum(map(len, payload)) + 1
        if size != self._last_size:
            self._last_size, self._last_size_text = size, b" %d\n" % size
        unit = (interval, self._last_size_text, *payload, b"\n")
        size += len(interval) + len(self._last_size_text)
        self._intervals.append(interval)
        if size >= BUFFERED:
            self._flush()
            self.data.write(unit, size)
        else:
            self._units.append(b"".join(unit))
            self._collected += size
            if self._collected >= BUFFERED:
                self._flush()
        return size + len(interval) + 1

    def _flush(self) -> None:
        """Write what has been collected."""
        self._intervals.append(b"")
        for file, separator, collected in ((self.data, b"", self._units), (self.index, b"\n", self._intervals)):
            content = separator.join(collected)
            collected.clear()
            file.write((content,), len(content))
        self._collected = 0

    def commit(self) -> None:
        """Let the piece appear.

        Raises
        ------
        OSError
            When it cannot be written; then nothing of it is left.
        """
        if self._owner != os.getpid():  # a copy of this object in a forked child
            return
        files = []
        try:
            self._flush()
            for file in (self.index, self.data):
                checksum = HiddenFile(f"{file.path}.checksum")
                files += [file, checksum]
                digest = file.digest().encode()
                checksum.write((digest,), len(digest))
                checksum.digest()
            with locked_folder(os.path.dirname(self.data.path)):
                _publish(files)
        except BaseException:
            for file in files:
                file.discard()
            self.discard()
            raise

    def discard(self) -> None:
        """Leave nothing of the piece."""
        if self._owner == os.getpid():
            self.data.discard()
            self.index.discard()
