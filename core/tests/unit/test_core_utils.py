"""Helper functions of the platform."""

from __future__ import annotations

import io
import logging
import re
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from beat.backend.python import hash as backend_hash
from beat.backend.python import utils as backend_utils
from beat.core import hash as core_hash
from beat.core import utils


def test_the_functions_of_the_runtime_are_here_too() -> None:
    for name in backend_utils.__all__:
        assert getattr(utils, name) is getattr(backend_utils, name)
        assert name in utils.__all__
    names = ["_compact", "_sha256", "_stringify", "toPath", "toUserPath", "hash", "hashJSON", "hashJSONFile"]
    for name in [*names, "hashFileContents", "hashDataset"]:
        assert getattr(core_hash, name) is getattr(backend_hash, name)


def test_temporary_folders_are_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one, two = Path(utils.temporary_directory()), Path(utils.temporary_directory("other_"))
    assert one.is_dir() and two.is_dir()
    assert (one.parent, one.name[:5], two.name[:6]) == (tmp_path, "beat_", "other_")


def test_first_occurrences_stay() -> None:
    assert utils.uniq([3, 1, 3, 2, 1]) == [3, 1, 2]
    assert utils.uniq(iter("abca")) == ["a", "b", "c"]


def test_texts_of_a_message_are_encoded_in_place() -> None:
    sent: list[list[bytes]] = []
    parts: list[str | bytes] = ["é", b"raw"]
    utils.send_multipart(SimpleNamespace(send_multipart=sent.append), parts)
    assert sent == [[b"\xc3\xa9", b"raw"]]
    assert parts == [b"\xc3\xa9", b"raw"]


def test_a_free_port_can_be_bound() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", utils.find_free_port()))


def test_taken_ports_of_a_range_are_left_out() -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert utils.find_free_port_in_range(port, port + 1) is None
        found = utils.find_free_port_in_range(port, min(port + 100, 65536))
        assert found is None or found > port
    assert utils.find_free_port_in_range(port, port) is None


def test_random_names_do_not_follow_the_seed_of_user_code() -> None:
    import random

    random.seed(1)
    one = utils.id_generator(32)
    random.seed(1)
    assert utils.id_generator(32) != one
    assert re.fullmatch("[A-Za-z0-9]{6}", utils.id_generator())
    assert utils.id_generator(4, "x") == "xxxx"


@pytest.fixture
def clean_loggers() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("beat.core", "beat.backend.python")]
    before = [(logger.level, list(logger.handlers)) for logger in loggers]
    yield
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.mark.usefixtures("clean_loggers")
@pytest.mark.parametrize(
    ("verbosity", "core", "backend"),
    [
        (0, "WARNING", "WARNING"),
        (-1, "WARNING", "WARNING"),
        (1, "INFO", "INFO"),
        (2, "DEBUG", "INFO"),
        (3, "DEBUG", "DEBUG"),
        (9, "DEBUG", "DEBUG"),
    ],
)
def test_verbosity_sets_levels(verbosity: int, core: str, backend: str) -> None:
    utils.setup_logging(verbosity, "program", stream=io.StringIO())
    assert logging.getLevelName(logging.getLogger("beat.core").level) == core
    assert logging.getLevelName(logging.getLogger("beat.backend.python").level) == backend


@pytest.mark.usefixtures("clean_loggers")
def test_log_lines_name_the_program() -> None:
    stream = io.StringIO()
    logger = utils.setup_logging(1, "100%", "beat.core.somewhere", stream)
    logger.info("something %s", "happened")
    assert re.fullmatch(
        r"\[\d\d/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d - '100%' - beat\.core\.somewhere\] INFO: something happened\n",
        stream.getvalue(),
    )


def test_environments_have_readable_names() -> None:
    assert utils.build_env_name({"name": "Python 3", "version": "1.0"}) == "Python 3 (1.0)"
    assert utils.build_env_name(None) is None
    assert utils.build_env_name({}) is None
    with pytest.raises(KeyError):
        utils.build_env_name({"name": "Python 3"})
