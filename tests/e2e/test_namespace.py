"""Other distributions share the namespace `beat` with ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_VENV = Path(__file__).parents[2] / ".venv"
_IMPORT = """
import beat.backend.python.database, beat.core.experiment, beat.cli.main
import beat.cmdline
print(beat.core.__file__, beat.backend.python.__file__, beat.cmdline.__file__, sep="\\n")
"""


def _imported_with(folder: Path) -> list[Path]:
    if not folder.is_dir():
        pytest.skip(f"{folder.name}: beat.cmdline is installed there by `make test`")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", _IMPORT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [Path(line) for line in done.stdout.splitlines()]


def test_beat_cmdline_in_the_same_folder() -> None:
    """Built distributions of ours and beat.cmdline, unpacked into one folder as in a site-packages."""
    core, backend, cmdline = _imported_with(_VENV / "coexist")
    assert all(path.is_relative_to(_VENV / "coexist") for path in (core, backend, cmdline))


def test_beat_cmdline_in_a_folder_of_its_own() -> None:
    """beat.cmdline, with the `beat/__init__.py` it brings, in front of our own source folders."""
    core, backend, cmdline = _imported_with(_VENV / "cmdline")
    assert cmdline.is_relative_to(_VENV / "cmdline")
    assert not core.is_relative_to(_VENV / "cmdline")
    assert not backend.is_relative_to(_VENV / "cmdline")


@pytest.mark.parametrize("distribution", ["beat.core", "beat.backend.python"])
def test_installers_find_our_distributions_by_their_dotted_names(distribution: str) -> None:
    import importlib.metadata

    assert importlib.metadata.version(distribution).startswith("2.0.0")
