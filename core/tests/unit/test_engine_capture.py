"""Capture: everything printed is caught, nothing hangs, and all is put back."""

from __future__ import annotations

import ctypes
import io
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from beat.core.engine.capture import Capture


@contextmanager
def _capture(on_text: Callable[[str], object], on_tick: Callable[[], object] | None = None) -> Iterator[None]:
    with Capture() as capture, capture.into(on_text, on_tick):
        yield


def _stat(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino


def test_all_ways_to_print() -> None:
    texts: list[str] = []
    with _capture(texts.append):
        print("python")
        print("error", file=sys.stderr)
        sys.stdout.buffer.write(b"bytes\n")
        sys.stdout.flush()
        os.write(1, b"descriptor 1\n")
        os.write(2, "descriptor 2: é\n".encode())
        ctypes.CDLL(None).puts(b"from C")
        subprocess.run(["sh", "-c", "echo child; echo child error >&2"], check=True)
        print("no end of line", end="")
    text = "".join(texts)
    for line in ("python", "error", "bytes", "descriptor 1", "descriptor 2: é", "from C", "child", "child error"):
        assert f"{line}\n" in text
    assert "no end of line" in text


def test_nothing_reaches_the_outside_and_all_is_put_back(capfd: pytest.CaptureFixture[str]) -> None:
    streams = sys.stdout, sys.stderr
    files = _stat(1), _stat(2)
    descriptors = set(os.listdir("/proc/self/fd"))
    with _capture(lambda text: None):
        print("hidden")
        os.write(1, b"hidden\n")
        ctypes.CDLL(None).puts(b"hidden")
    assert (sys.stdout, sys.stderr) == streams
    assert (_stat(1), _stat(2)) == files
    assert set(os.listdir("/proc/self/fd")) == descriptors
    print("seen")
    os.write(2, b"seen too\n")
    assert capfd.readouterr() == ("seen\n", "seen too\n")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_put_back_after_exceptions(error: type[BaseException]) -> None:
    before = sys.stdout, sys.stderr, _stat(1), _stat(2)
    texts: list[str] = []
    with pytest.raises(error), _capture(texts.append):
        print("last words")
        raise error
    assert (sys.stdout, sys.stderr, _stat(1), _stat(2)) == before
    assert texts == ["last words\n"]


def test_streams_that_are_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = io.StringIO()
    monkeypatch.setattr(sys, "stdout", outside)
    texts: list[str] = []
    with _capture(texts.append):
        print("inside")
    assert texts == ["inside\n"]
    assert outside.getvalue() == ""


def test_consumers_may_print(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = io.StringIO()
    monkeypatch.setattr(sys, "stdout", outside)
    with _capture(lambda text: print(f"<{text.strip()}>")):
        print("inside")
    assert outside.getvalue() == "<inside>\n"


def test_consumers_may_print_where_streams_are_descriptors() -> None:
    code = """
import sys
from beat.core.engine.capture import Capture
with Capture() as capture, capture.into(lambda text: print("caught", text.strip())):
    print("inside", file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("caught inside\n", "")


def test_an_error_of_the_consumer_comes_out_and_does_not_block() -> None:
    calls = []

    def consumer(text: str) -> None:
        calls.append(text)
        raise LookupError("consumer")

    with pytest.raises(LookupError), _capture(consumer):
        for _ in range(100):
            os.write(1, b"x" * 65536)
    assert len(calls) == 1
    with pytest.raises(ValueError, match="user"), _capture(consumer):
        print("text")
        raise ValueError("user")


def test_children_left_behind_do_not_hang() -> None:
    texts: list[str] = []
    with _capture(texts.append):
        quiet = subprocess.Popen(["sleep", "60"])
        loud = subprocess.Popen(["yes"])
        print("started")
    assert "started\n" in "".join(texts)
    quiet.kill()
    quiet.wait()
    assert loud.wait() != 0


def test_forked_children_do_not_hang() -> None:
    gate, opener = os.pipe()
    with _capture(lambda text: None):
        child = os.fork()
        if child == 0:
            os.read(gate, 1)
            os._exit(0)
    os.write(opener, b".")
    os.waitpid(child, 0)
    os.close(gate)
    os.close(opener)


def test_references_that_outlive_the_capture(capsys: pytest.CaptureFixture[str]) -> None:
    with _capture(lambda text: None):
        handler = logging.StreamHandler(sys.stderr)
    handler.emit(logging.makeLogRecord({"msg": "later"}))
    assert capsys.readouterr().err == "later\n"


def test_user_code_may_replace_or_close_its_streams() -> None:
    before = sys.stdout
    texts: list[str] = []
    with _capture(texts.append):
        sys.stdout.close()
        sys.stdout = io.StringIO()
        print("kept by the user")
        os.write(1, b"still here\n")
    assert sys.stdout is before
    assert texts == ["still here\n"]


def test_ticks_come_from_the_reader_and_texts_in_order() -> None:
    ticked = threading.Event()
    texts: list[str] = []
    with _capture(texts.append, ticked.set):
        assert ticked.wait(30)
        for number in range(1000):
            print(number)
    assert "".join(texts).split() == [str(number) for number in range(1000)]


def test_closed_descriptors_stay_closed() -> None:
    code = """
import os, sys
os.close(1)
from beat.core.engine.capture import Capture
texts = []
with Capture() as capture, capture.into(texts.append):
    os.write(1, b"caught")
assert texts == ["caught"], texts
try:
    os.fstat(1)
except OSError:
    sys.exit(7)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 7


def test_one_capture_serves_many_blocks_and_keeps_them_apart() -> None:
    texts: list[list[str]] = [[] for _ in range(50)]
    with Capture() as capture:
        for number, block in enumerate(texts):
            with capture.into(block.append):
                if number % 2:
                    print("block", number)
            print("between blocks")
    assert ["".join(block) for block in texts] == [f"block {n}\n" if n % 2 else "" for n in range(50)]


def test_user_code_may_close_both_descriptors() -> None:
    code = """
import os, sys
from beat.core.engine.capture import Capture
texts = []
with Capture() as capture, capture.into(texts.append):
    print("last")
    sys.stdout.close()
    sys.stderr.close()
    os.close(1)
    os.close(2)
print(texts)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['last\\n']\n"
