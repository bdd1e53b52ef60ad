"""The answering end of a link, and the executor that serves databases over it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import zmq

from beat.backend.python.data import DataSource, RemoteDataSource
from beat.backend.python.exceptions import RemoteException
from beat.backend.python.execution import AlgorithmExecutor, DBExecutor, MessageHandler

#: Longer than anything takes here; a test that waits that long has failed.
PATIENCE = 20


class Units(DataSource):
    """Units with packed data, or an exception in place of it."""

    def __init__(self, units: list[Any]) -> None:
        super().__init__()
        self.units = units

    def data_indices(self) -> list[tuple[int, int]]:
        return [(start, end) for _, start, end in self.units]

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, index: int) -> Any:
        data, start, end = self.units[index]
        if isinstance(data, Exception):
            raise data
        return data, start, end


class Link:
    """A handler with its thread, and the peer at the other end."""

    def __init__(self, sources: Any = None, start: bool = True) -> None:
        self.killed = threading.Event()
        self.handler = MessageHandler("127.0.0.1", data_sources=sources, kill_callback=self.killed.set)
        self.context: zmq.Context[Any] = zmq.Context()
        self.peer = self.context.socket(zmq.PAIR)
        self.peer.linger = 0
        self.peer.rcvtimeo = PATIENCE * 1000
        if start:
            self.peer.connect(self.handler.address)
            self.handler.start()

    def ask(self, *frames: bytes) -> list[bytes]:
        self.peer.send_multipart(frames)
        return self.peer.recv_multipart()

    def join(self) -> None:
        self.handler.join(PATIENCE)
        assert not self.handler.is_alive()

    def close(self) -> None:
        if self.handler.is_alive():
            self.handler.kill()
        if self.handler.ident is not None:
            self.join()
        self.peer.close()
        self.context.term()
        self.handler.destroy()


@pytest.fixture
def links() -> Iterator[Any]:
    made: list[Link] = []

    def make(*args: Any, **kwargs: Any) -> Link:
        made.append(Link(*args, **kwargs))
        return made[-1]

    yield make
    for link in made:
        link.close()


def test_address_is_a_free_port_from_50000_on(links: Any) -> None:
    handler = links(start=False).handler
    scheme, host, port = handler.address.split(":")
    assert (scheme, host) == ("tcp", "//127.0.0.1") and int(port) >= 50000
    assert str(handler) == f"MessageHandler({handler.address})"
    assert (handler.system_error, handler.user_error, handler.statistics) == ("", "", {})
    assert sorted(handler.callbacks) == ["don", "err"] and not handler.daemon
    with pytest.raises(zmq.ZMQError):
        MessageHandler(handler.address.removeprefix("tcp://"))  # taken; leaves nothing open


def test_units_are_listed_and_given(links: Any) -> None:
    link = links({"a": Units([(b"\x01\0\0\0", 0, 1), (b"\x02\0\0\0\n", 2, 4)]), "none": Units([])})
    assert link.ask(b"ifo", b"a") == [b"2", b"0", b"1", b"2", b"4"]
    assert link.ask(b"ifo", b"none") == [b"0"]
    assert link.ask(b"get", b"a", b"1") == [b"2", b"4", b"\x02\0\0\0\n"]
    assert link.ask(b"get", b"a", b"0") == [b"0", b"1", b"\x01\0\0\0"]
    link.peer.send(b"ack")  # tolerated
    assert link.ask(b"don", b'{"x": 1}') == [b"ack"]
    link.join()
    assert link.handler.statistics == {"x": 1}
    assert link.handler.stop.is_set() and not link.killed.is_set()


@pytest.mark.parametrize(("report", "expected"), [((), {}), ((b"1.5",), {"network": {"wait_time": 1.5}})])
def test_done(links: Any, report: Any, expected: Any) -> None:
    link = links()
    assert link.ask(b"don", *report) == [b"ack"]
    link.join()
    assert link.handler.statistics == expected


@pytest.mark.parametrize(("kind", "user", "system"), [(b"usr", "h\ufffd", ""), (b"sys", "", "h\ufffd")])
def test_error_of_the_peer(links: Any, kind: bytes, user: str, system: str) -> None:
    link = links()
    assert link.ask(b"err", kind, b"h\xff") == [b"ack"]
    link.join()
    assert (link.handler.user_error, link.handler.system_error) == (user, system)
    assert link.handler.statistics == {"network": {"wait_time": 0.0}}
    assert not link.killed.is_set()


@pytest.mark.parametrize(
    ("request_frames", "kind", "text", "is_system"),
    [
        ([b"ifo", b"x"], b"sys", "Unknown input: x", True),
        ([b"get", b"a", b"1"], b"sys", "Invalid index: 1", True),
        ([b"get", b"a", b"-1"], b"sys", "Invalid index: -1", True),
        ([b"get", b"a", b"\xff"], b"sys", "Invalid index: \ufffd", True),
        ([b"get", b"a", "²".encode()], b"sys", "Invalid index: ²", True),
        ([b"get", b"remote", b"0"], b"usr", "from afar", False),
        ([b"get", b"view", b"0"], b"usr", "RuntimeError: lost", False),
        ([b"get", b"bug", b"0"], b"usr", "A problem occurred while performing command `get'", True),
        ([b"get", b"a"], b"usr", "missing 1 required positional argument", True),
        ([b"don", b"no json"], b"usr", "JSONDecodeError", True),
    ],
)
def test_failed_commands_are_answered_and_end_everything(
    links: Any, request_frames: Any, kind: bytes, text: str, is_system: bool
) -> None:
    units = {
        "a": Units([(b"", 0, 0)]),
        "remote": Units([(RemoteException("usr", "from afar"), 0, 0)]),
        "view": Units([(RuntimeError("lost"), 0, 0)]),
        "bug": Units([(KeyError("bug"), 0, 0)]),
    }
    link = links(units)
    reply = link.ask(*request_frames)
    assert reply[:2] == [b"err", kind] and text in reply[2].decode()
    link.join()
    error, other = link.handler.system_error, link.handler.user_error
    if not is_system:
        error, other = other, error
    assert error == reply[2].decode() and other == ""
    assert link.killed.is_set() and link.handler.stop.is_set()


def test_unknown_commands_may_be_any_bytes(links: Any) -> None:
    link = links()
    reply = link.ask(b"\xff\xfe", b"\x00\x80")
    assert reply[:2] == [b"err", b"usr"] and "Command `\ufffd\ufffd' is not implemented" in reply[2].decode()
    link.join()
    assert "is not implemented" in link.handler.system_error


def test_commands_for_data_need_data_sources(links: Any) -> None:
    link = links()
    link.handler.callbacks["ifo"] = link.handler.infos
    assert link.ask(b"ifo", b"a") == [b"err", b"sys", b"Unexpected message received: ifo a"]


def test_kill_ends_the_handler_without_a_message(links: Any) -> None:
    link = links()
    link.handler.kill()
    link.join()
    assert link.killed.is_set() and link.handler.must_kill.is_set() and not link.handler.stop.is_set()


def test_kill_ends_a_handler_that_waits_for_a_peer(links: Any) -> None:
    link = links(start=False)
    sender = threading.Thread(target=link.handler.send_error, args=("nobody hears this",))
    sender.start()
    link.handler.kill()
    sender.join(PATIENCE)
    assert not sender.is_alive()


def test_error_at_start_up_waits_for_its_peer(links: Any) -> None:
    link = links(start=False)
    sender = threading.Thread(target=link.handler.send_error, args=("no index",))
    sender.start()
    link.peer.connect(link.handler.address)
    assert link.peer.recv_multipart() == [b"err", b"usr", b"no index"]
    sender.join(PATIENCE)


def test_context_of_somebody_else_survives() -> None:
    context: zmq.Context[Any] = zmq.Context()
    handler = MessageHandler("127.0.0.1", context=context)
    handler.destroy()
    assert not context.closed
    context.term()
    own = MessageHandler("127.0.0.1")
    own.destroy()
    assert own.context.closed
    own.kill()  # after the end it has nothing to do, and no error


def test_databases_over_a_link_give_what_they_give_directly(workshop: Any, links: Any, tmp_path: Any) -> None:
    workshop.index()
    inputs = {"a": workshop.database_input("who"), "b": workshop.database_input("num")}
    config = workshop.configuration({**inputs, "c": {"path": "x", "channel": "main"}}, range=[2, 5])
    link = links(start=False)
    cache: dict[str, Any] = {}
    executor = DBExecutor(link.handler, str(workshop.prefix), str(workshop.cache), config, database_cache=cache)
    assert executor.errors == [] and executor.valid and executor.address == link.handler.address
    assert executor.databases == cache and list(cache) == ["numbers/1"]
    assert list(executor.views) == [("numbers/1", "p", "s")] and sorted(executor.data_sources) == ["a", "b"]
    assert json.loads(str(executor)) == config
    executor.process()
    link.peer.connect(link.handler.address)
    source = RemoteDataSource()
    source.setup(link.peer, "a", "w/number/1", str(workshop.prefix))
    assert [(int(data.value), start, end) for data, start, end in source] == [(97, 2, 2), (98, 3, 4), (97, 5, 5)]
    assert link.ask(b"don") == [b"ack"]
    executor.wait()
    assert executor.message_handler is None
    executor.wait()


def test_block_reads_databases_over_a_link(workshop: Any, links: Any, tmp_path: Any) -> None:
    workshop.index("Broken")
    workshop.algorithm("def process(self, inputs, data_loaders, outputs):\n    return True")
    config = workshop.configuration({"a": workshop.database_input()})
    (tmp_path / "configuration.json").write_text(json.dumps(config))
    link = links(start=False)
    executor = DBExecutor(link.handler, str(workshop.prefix), str(workshop.cache), str(tmp_path / "configuration.json"))
    executor.process()
    link.peer.connect(link.handler.address)
    block = AlgorithmExecutor(None, str(tmp_path), cache_root=str(workshop.cache), db_socket=link.peer)
    assert block.setup() and block.prepare()
    with pytest.raises(RemoteException, match="the line of the user"):
        block.process()
    link.join()
    assert "the line of the user" in link.handler.user_error and link.handler.system_error == ""
    assert workshop.results() == []


def test_invalid_databases_are_errors_of_the_executor(workshop: Any, links: Any) -> None:
    handler = links(start=False).handler
    config = workshop.configuration({"a": {**workshop.database_input(), "database": "absent/1"}})
    executor = DBExecutor(handler, str(workshop.prefix), str(workshop.cache), config)
    assert not executor.valid and "Database declaration file not found" in executor.errors[0]
    executor = DBExecutor(handler, str(workshop.prefix), str(workshop.cache), "/nowhere.json")
    assert executor.errors == ["File not found: /nowhere.json"]
    assert "ifo" not in handler.callbacks


def test_executors_are_found_where_clients_look_for_them() -> None:
    from beat.backend.python import execution

    assert execution.MessageHandler is execution.messagehandlers.MessageHandler is MessageHandler
    assert execution.DBExecutor is execution.database.DBExecutor is DBExecutor
    assert execution.AlgorithmExecutor is execution.algorithm.AlgorithmExecutor is AlgorithmExecutor
    with pytest.raises(AttributeError, match="has no attribute `Nobody'"):
        _ = execution.Nobody
