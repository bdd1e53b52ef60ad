"""Data that another process gives over a link."""

from __future__ import annotations

import os
from collections.abc import Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ..dataformat import DataFormat
from ..dataobjects import valid_dataformat
from ..exceptions import RemoteException
from .base import NO_UNIT, DataSource, Interval, Unit

if TYPE_CHECKING:
    import zmq


class RemoteDataSource(DataSource):
    """Asks the provider at the other end of a socket for the data of an input.

    Attributes
    ----------
    socket : zmq.Socket or None
        The link.
    input_name : str or None
        The input.
    dataformat : DataFormat or None
        The data format of the input.
    unpack : bool
        Whether reading gives objects; packed bytes otherwise.
    """

    def __init__(self) -> None:
        super().__init__()
        self.socket: zmq.Socket[bytes] | None = None
        self.input_name: str | None = None
        self.dataformat: DataFormat | None = None
        self.unpack = True

    def setup(
        self,
        socket: zmq.Socket[bytes],
        input_name: str,
        dataformat_name: str,
        prefix: str | os.PathLike[str],
        unpack: bool = True,
        dataformats: Mapping[str, DataFormat] | None = None,
    ) -> bool:
        """Note whom to ask for what; the first question is asked with the first use.

        Parameters
        ----------
        dataformats
            Data formats loaded before, by their names; one that is missing there is loaded.

        Raises
        ------
        RuntimeError
            When the data format is not valid.
        """
        self.socket = socket
        self.input_name = input_name
        self.unpack = unpack
        self.infos, self.ready = [], False
        self.read_duration, self.nb_bytes_read = 0, 0
        self.dataformat = valid_dataformat(os.fspath(prefix), dataformat_name, dataformats)
        return True

    def _prepare(self) -> None:
        reply = self._ask("ifo")
        numbers = list(map(int, reply[1 : 1 + 2 * int(reply[0])]))
        self.infos = list(map(Interval, numbers[0::2], numbers[1::2]))
        self.ready = True

    def __getitem__(self, index: int) -> Unit:
        if not 0 <= index < len(self):
            return NO_UNIT
        began = perf_counter()
        payload = self._ask("get", str(index))[2]
        self.read_duration += perf_counter() - began
        self.nb_bytes_read += len(payload)
        data: Any = payload
        if self.unpack:
            assert self.dataformat is not None
            data, _ = self.dataformat.codec.unpack(payload)
        start, end = self.infos[index]
        return data, start, end

    def _ask(self, command: str, *arguments: str) -> list[bytes]:
        """Send a question about the input, give the frames of the answer.

        Raises
        ------
        RemoteException
            When the answer is an error.
        """
        assert self.socket is not None and self.input_name is not None, "used before its set-up"
        self.socket.send_multipart([word.encode() for word in (command, self.input_name, *arguments)])
        return answer_of(self.socket)


def answer_of(socket: zmq.Socket[bytes]) -> list[bytes]:
    """Wait for the frames of an answer.

    Raises
    ------
    RemoteException
        When the other end reports an error.
    """
    frames = socket.recv_multipart()
    if frames[0] == b"err":
        kind, text = (*frames[1:], b"", b"")[:2]
        raise RemoteException(kind, text)
    return frames
