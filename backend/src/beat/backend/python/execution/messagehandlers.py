"""The answering end of a link between two processes.

A link is a pair of ZeroMQ ``PAIR`` sockets. A message has several frames: a command of three letters and its
arguments, texts in UTF-8 and numbers in decimal digits. Each request is answered before the next one is sent.
"""

from __future__ import annotations

import json
import logging
import socket as sockets
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import zmq

from ..data import DataSource
from ..exceptions import RemoteException

logger = logging.getLogger(__name__)

_FIRST_PORT = 50000
_LAST_PORT = 65535
# How long messages to a slow or vanished peer may delay the end of the process.
_LINGER_MILLISECONDS = 3000
# How often the loop looks at events that others set without waking it.
_TICK_MILLISECONDS = 1000


class MessageHandler(threading.Thread):
    """Answers the requests of one peer in a thread of its own, until the peer is done or has failed.

    Parameters
    ----------
    host_address
        ``[tcp://]host[:port]`` to listen on; without a port a free one from 50000 on is found.
    data_sources
        Data sources by the names of the inputs that they serve.
    kill_callback
        Called when the peer is to be killed: after `kill`, and after each error that is not its own.
    context
        Makes the socket; by default a new one that ends with this object.

    Attributes
    ----------
    address : str
        Where the handler listens, in full.
    stop, must_kill : threading.Event
        Whether the conversation is over; whether `kill` has been called.
    system_error, user_error : str
        What went wrong; empty if nothing did.
    statistics : dict
        What the peer reported when it was done.
    callbacks : dict
        Command -> what answers it.
    """

    def __init__(
        self,
        host_address: str,
        data_sources: Mapping[str, DataSource] | None = None,
        kill_callback: Callable[[], Any] | None = None,
        context: zmq.Context[Any] | None = None,
    ) -> None:
        super().__init__()
        self.stop = threading.Event()
        self.must_kill = threading.Event()
        self.system_error = ""
        self.user_error = ""
        self.statistics: dict[str, Any] = {}
        self.kill_callback = kill_callback
        self.callbacks: dict[str, Callable[..., Any]] = {"don": self.done, "err": self.error}
        self.data_sources: Mapping[str, DataSource] | None = None
        if data_sources is not None:
            self.set_data_sources(data_sources)

        self._owns_context = context is None
        self.context: zmq.Context[Any] = zmq.Context() if context is None else context
        self.socket = self.context.socket(zmq.PAIR)
        self.socket.linger = _LINGER_MILLISECONDS
        # Any thread may wake the handler, also out of a signal: ZeroMQ's own sockets do not permit that.
        self._waker, self._wake = sockets.socketpair()
        self._waker.setblocking(False)
        self.poller = zmq.Poller()
        self.poller.register(self.socket, zmq.POLLIN)
        self.poller.register(self._wake, zmq.POLLIN)
        try:
            self.address = self._bind(host_address)
        except BaseException:
            self.destroy()
            raise

    def _bind(self, address: str) -> str:
        if "://" not in address:
            address = f"tcp://{address}"
        if ":" in address.partition("://")[2]:
            self.socket.bind(address)
            return address
        port = self.socket.bind_to_random_port(address, min_port=_FIRST_PORT, max_port=_LAST_PORT)
        return f"{address}:{port}"

    def __str__(self) -> str:
        return f"MessageHandler({self.address})"

    def set_data_sources(self, data_sources: Mapping[str, DataSource]) -> None:
        """Serve data from now on."""
        self.data_sources = data_sources
        self.callbacks["ifo"] = self.infos
        self.callbacks["get"] = self.get_data

    # -- the conversation ------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Answer requests until one of them, an error or `kill` ends the conversation."""
        while not self.stop.is_set():
            ready = dict(self.poller.poll(_TICK_MILLISECONDS))
            if self.must_kill.is_set():
                self._call_kill_callback()
                break
            if self.socket in ready:
                self._answer(self.socket.recv_multipart())

    def _answer(self, frames: list[bytes]) -> None:
        command = _text(frames[0])
        if command == "ack":  # left over from a peer that confirms what needs no confirmation
            return
        logger.debug("%s: %s, %d arguments", self, command, len(frames) - 1)
        if command not in self.callbacks:
            known = ", ".join(self.callbacks)
            self.system_error = f"Command `{command}' is not implemented; those known are: {known}"
            self._give_up("usr", self.system_error)  # this kind: peers have always been told so
            return
        try:
            self.callbacks[command](*frames[1:])
        except RemoteException as error:
            self.system_error, self.user_error = error.system_error, error.user_error
            self._give_up("sys" if error.system_error else "usr", error.system_error or error.user_error)
        except RuntimeError:  # what the code of a view raises is one
            self.user_error = traceback.format_exc()
            self._give_up("usr", self.user_error)
        except Exception:  # noqa: BLE001 - the peer waits for an answer, whatever happens here
            self.system_error = f"A problem occurred while performing command `{command}':\n{traceback.format_exc()}"
            self._give_up("usr", self.system_error)

    def _give_up(self, kind: str, message: str) -> None:
        self.send_error(message, kind)
        self._call_kill_callback()
        self.stop.set()

    def _call_kill_callback(self) -> None:
        if self.kill_callback is not None:
            self.kill_callback()

    def _send(self, *frames: bytes) -> None:
        """Send a message; wait for a peer if there is none, until `kill` ends the waiting."""
        while True:
            try:
                self.socket.send_multipart(frames, zmq.NOBLOCK)
            except zmq.Again:
                if self.must_kill.is_set() or self.stop.is_set():
                    return
                self._wait_for_peer()
            else:
                return

    def _wait_for_peer(self) -> None:
        poller = zmq.Poller()
        poller.register(self.socket, zmq.POLLOUT)
        poller.register(self._wake, zmq.POLLIN)
        poller.poll(_TICK_MILLISECONDS)

    def send_error(self, message: str, kind: str = "usr") -> None:
        """Tell the peer of an error; waits for it to connect if it has not yet.

        Parameters
        ----------
        message
            Text of the error.
        kind
            ``usr`` for an error of user code, ``sys`` for one of the system.
        """
        self._send(b"err", kind.encode("utf-8"), message.encode("utf-8", "replace"))

    def kill(self) -> None:
        """End the conversation at once and have the peer killed; may be called from a signal handler."""
        self.must_kill.set()
        try:
            self._waker.send(b"k")
        except OSError:  # woken up often enough already, or destroyed: nobody waits
            logger.debug("%s is not waiting", self)

    def destroy(self) -> None:
        """Release the socket, and the context if it was made here; the thread must not be running."""
        self.socket.close()
        self._waker.close()
        self._wake.close()
        if self._owns_context:
            self.context.term()

    # -- the commands ----------------------------------------------------------------------------------------------

    def done(self, statistics: bytes | None = None) -> None:
        """Take the statistics of a peer that has done its work; a bare number is the time it waited, in seconds."""
        if statistics is not None:
            reported = json.loads(statistics)
            self.statistics = reported if isinstance(reported, dict) else {"network": {"wait_time": reported}}
        self._send(b"ack")
        self.stop.set()

    def error(self, t: bytes, msg: bytes) -> None:
        """Take the error of a peer that has failed: ``usr`` or another kind, and a text."""
        if _text(t) == "usr":
            self.user_error = _text(msg)
        else:
            self.system_error = _text(msg)
        self.statistics = {"network": {"wait_time": 0.0}}
        self._send(b"ack")
        self.stop.set()

    def infos(self, name: bytes) -> None:
        """Send the number of units of an input, then first and last data index of each."""
        indices = self._source("ifo", name).data_indices()
        frames = [str(len(indices))]
        for start, end in indices:
            frames += (str(start), str(end))
        self._send(*(frame.encode("ascii") for frame in frames))

    def get_data(self, name: bytes, index: bytes) -> None:
        """Send first and last data index of a unit of an input, given by its position, and its packed data."""
        source = self._source("get", name)
        position = _text(index)
        if not (position.isascii() and position.isdecimal()) or int(position) >= len(source):
            raise RemoteException("sys", f"Invalid index: {position}")
        data: Any
        data, start, end = source[int(position)]
        # By way of the class: a field may have the name of the method.
        payload = data if isinstance(data, bytes) else type(data).pack(data)
        self._send(str(start).encode("ascii"), str(end).encode("ascii"), payload)

    def _source(self, command: str, name: bytes) -> DataSource:
        if self.data_sources is None:
            raise RemoteException("sys", f"Unexpected message received: {command} {_text(name)}")
        source = self.data_sources.get(_text(name))
        if source is None:
            raise RemoteException("sys", f"Unknown input: {_text(name)}")
        return source


def _text(frame: bytes) -> str:
    return frame.decode("utf-8", "replace")
