"""The `beat` command for tests: another process, its two streams, its exit status."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


class Beat:
    """Calls the command on a copy of the golden prefix."""

    def __init__(self, folder: Path, prefix: Path) -> None:
        self.folder = folder
        self.prefix = prefix
        self.cache = folder / "cache"
        self.environment = {**os.environ, "HOME": str(folder), "COLUMNS": "100"}

    def command(self, *arguments: str) -> list[str]:
        options = ["--prefix", str(self.prefix), "--cache", str(self.cache)]
        return [sys.executable, "-m", "beat.cli", *options, *arguments]

    def __call__(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == status, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr or "most recent call" not in done.stderr, done.stderr
        return done

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.prefix / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def beat(tmp_path: Path, golden_prefix: Path) -> Beat:
    shutil.copytree(golden_prefix, tmp_path / "prefix")
    return Beat(tmp_path, tmp_path / "prefix")
