"""What `beat experiments run` shows on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import termios
from contextlib import suppress
from typing import Any

import pytest

_LABEL = "orla/orla/braid/1/calm"


def _shown(beat: Any, columns: int) -> tuple[str, str]:
    """Run with standard error on a terminal of that width; give what it shows, and standard output."""
    mine, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (30, columns))
    environment = {**beat.environment, "TERM": "xterm", "COLUMNS": str(columns)}
    with subprocess.Popen(
        beat.command("experiments", "run", _LABEL),
        cwd=beat.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as running:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # a terminal whose other end is closed reads as an error
            while part := os.read(mine, 65536):
                shown += part
        os.close(mine)
        assert running.stdout is not None
        results = running.stdout.read()
    assert running.returncode == 0
    return shown.decode(), results


@pytest.mark.parametrize("columns", [80, 200])
def test_a_bar_shows_how_far_the_running_block_is(beat: Any, columns: int) -> None:
    shown, results = _shown(beat, columns)
    assert "\x1b[" in shown
    assert "━" in shown
    assert "block 1 of 3" in shown
    assert "join" in shown
    assert "\x1b[" not in results
    assert "curve" in results.splitlines()
