"""Data over a link: what is asked, and what becomes of the answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import zmq

from beat.backend.python.data import RemoteDataSource, RemoteException
from beat.backend.python.outputs import RemotelySyncedOutput
from beat.backend.python.sinks import StdoutDataSink


class Provider:
    """A socket whose other end knows the answers."""

    def __init__(self, *answers: list[bytes]) -> None:
        self.asked: list[list[bytes]] = []
        self.answers = list(answers)

    def send_multipart(self, frames: list[bytes]) -> None:
        self.asked.append(frames)

    def recv_multipart(self) -> list[bytes]:
        return self.answers.pop(0)


UNITS = [b"2", b"0", b"1", b"2", b"4"]
TWO = b"\x02" + bytes(7)


def opened(prefix: Path, *answers: list[bytes], unpack: bool = True) -> tuple[RemoteDataSource, Provider]:
    provider = Provider(*answers)
    source = RemoteDataSource()
    assert source.setup(provider, "in", "orla/tick/1", prefix, unpack)
    return source, provider


def test_before_setup() -> None:
    source = RemoteDataSource()
    assert (source.socket, source.input_name, source.dataformat, source.unpack) == (None, None, None, True)


def test_nothing_is_asked_before_the_first_use(golden_prefix: Path) -> None:
    source, provider = opened(golden_prefix, UNITS)
    assert provider.asked == []
    assert len(source) == 2
    assert source.data_indices() == [(0, 1), (2, 4)]
    assert (source.first_data_index(), source.last_data_index()) == (0, 4)
    assert provider.asked == [[b"ifo", b"in"]]


def test_units_are_asked_for_by_position(golden_prefix: Path) -> None:
    source, provider = opened(golden_prefix, UNITS, [b"2", b"4", TWO + b"\n"], [b"2", b"4", TWO])
    data, start, end = source[1]
    assert (data.n, start, end) == (2, 2, 4)
    assert source.getAtDataIndex(3)[0].n == 2
    assert provider.asked == [[b"ifo", b"in"], [b"get", b"in", b"1"], [b"get", b"in", b"1"]]
    assert source.nb_bytes_read == 17
    assert source.read_duration > 0


def test_raw_bytes(golden_prefix: Path) -> None:
    source, _ = opened(golden_prefix, UNITS, [b"0", b"1", TWO], unpack=False)
    assert source[0] == (TWO, 0, 1)


def test_positions_that_are_none_are_not_asked_for(golden_prefix: Path) -> None:
    source, provider = opened(golden_prefix, UNITS)
    assert source[-1] == source[2] == source.getAtDataIndex(5) == (None, None, None)
    source.reset()
    assert len(source) == 2
    assert len(provider.asked) == 1


def test_no_units(golden_prefix: Path) -> None:
    source, _ = opened(golden_prefix, [b"0"])
    assert len(source) == 0 and list(source) == []


@pytest.mark.parametrize(
    ("answer", "text", "system"),
    [
        ([b"err", b"sys", "défaut".encode()], "(sys) défaut", True),
        ([b"err", b"usr", b"wrong"], "(usr) wrong", False),
        ([b"err", b"usr", b"\xff"], "(usr) \ufffd", False),
        ([b"err"], "(usr) ", False),
    ],
)
def test_errors_are_raised(golden_prefix: Path, answer: list[bytes], text: str, system: bool) -> None:
    source, _ = opened(golden_prefix, answer)
    with pytest.raises(RemoteException) as caught:
        len(source)
    assert str(caught.value) == text
    assert bool(caught.value.system_error) == system


def test_an_invalid_format_is_refused(golden_prefix: Path) -> None:
    with pytest.raises(RuntimeError, match="orla/nothing/1"):
        RemoteDataSource().setup(Provider(), "in", "orla/nothing/1", golden_prefix)


def test_over_a_socket(golden_prefix: Path) -> None:
    with zmq.Context() as context, context.socket(zmq.PAIR) as here, context.socket(zmq.PAIR) as there:
        there.bind("inproc://provider")
        here.connect("inproc://provider")
        source = RemoteDataSource()
        assert source.setup(here, "in", "orla/tick/1", golden_prefix)
        there.send_multipart(UNITS)
        there.send_multipart([b"0", b"1", TWO])
        assert source[0][0].n == 2
        assert there.recv_multipart() == [b"ifo", b"in"]
        assert there.recv_multipart() == [b"get", b"in", b"0"]


def test_outputs_tell_the_other_process(capsys: pytest.CaptureFixture[str]) -> None:
    provider: Any = Provider([b"ack"], [b"ack"], [b"err", b"usr", b"no"])
    output = RemotelySyncedOutput("out", StdoutDataSink(), provider)
    output.write("x")
    output.write("y", 5)
    assert provider.asked == [[b"wrt", b"out", b"None"], [b"wrt", b"out", b"5"]]
    assert capsys.readouterr().out == "(0 -> 0): x\n(1 -> 5): y\n"
    with pytest.raises(RemoteException, match="no"):
        output.write("z")


def test_sockets_are_loaded_by_those_who_use_them() -> None:
    modules = "beat.backend.python.data, beat.backend.python.outputs, beat.backend.python.execution.block"
    program = f"import sys, {modules}; sys.exit('zmq' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
