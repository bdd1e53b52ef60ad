"""Fixtures for all test folders, and the guard that fails a test which leaves something behind."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import settings

_GOLDEN = Path(__file__).parent / "tests" / "golden"

# Machines of continuous integration are slow and shared: time says nothing about a property.
settings.register_profile("beat", deadline=None, print_blob=True)
settings.load_profile("beat")


@pytest.fixture(scope="session")
def golden_prefix() -> Path:
    """A prefix of valid and invalid objects; do not write into it."""
    return _GOLDEN / "prefix"


@pytest.fixture(scope="session")
def golden_expected() -> Path:
    """What beat.core 1.13.5 made of the golden prefix."""
    return _GOLDEN / "expected"


@pytest.fixture(scope="session")
def golden(golden_expected: Path) -> Callable[[str], Any]:
    """Read one of the JSON files of the golden data by its name without extension."""
    loaded: dict[str, Any] = {}

    def load(name: str) -> Any:
        if name not in loaded:
            loaded[name] = json.loads((golden_expected / f"{name}.json").read_text(encoding="utf-8"))
        return loaded[name]

    return load


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves processes, threads, sockets or temporary files."""
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("TMPDIR", str(scratch))
    process = psutil.Process()
    threads = set(threading.enumerate())
    children = set(process.children(recursive=True))
    sockets = _sockets(process)
    yield
    leaked_threads = [thread for thread in threading.enumerate() if thread not in threads and thread.is_alive()]
    leaked_children = [child for child in process.children(recursive=True) if child not in children]
    leaked_sockets = _sockets(process) - sockets
    leaked_files = sorted(os.listdir(scratch))
    assert not leaked_threads, f"threads left running: {leaked_threads}"
    assert not leaked_children, f"processes left running: {leaked_children}"
    assert not leaked_sockets, f"sockets left open: {leaked_sockets}"
    assert not leaked_files, f"temporary files left: {leaked_files}"


def _sockets(process: psutil.Process) -> set[tuple[str, ...]]:
    connections = process.net_connections(kind="inet")
    return {(connection.laddr.ip, str(connection.laddr.port)) for connection in connections if connection.laddr}
