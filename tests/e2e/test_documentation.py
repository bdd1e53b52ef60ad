"""The commands and programs in README and docs do what the text says.

A block marked ``console`` holds commands after ``$`` and what they print; ``...`` stands for what differs from run to
run (times, folders). The blocks of one page run in order, in one copy of the example folder. A block marked
``python`` runs with the names that earlier blocks of its page left. A block with a path behind its kind is written to
that file, as the reader does. Blocks of other kinds are not run.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGES = [_ROOT / "README.md", _ROOT / "examples" / "README.md", *sorted((_ROOT / "docs").glob("**/*.md"))]
_BLOCK = re.compile(r"^```(?:(console|python)|\w+ (\S+/\S+))\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SETUP = re.compile(r"make \w+|git clone .*|cd beat")
"""Commands that build the environment in which this test runs; continuous integration runs them itself."""


def _pages() -> list[Path]:
    return [page for page in _PAGES if _BLOCK.search(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", _pages(), ids=lambda page: str(page.relative_to(_ROOT)))
def test_blocks_of_a_page_do_what_they_say(page: Path, tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="the example's algorithms import scikit-learn (installed by make test)")
    pytest.importorskip("matplotlib", reason="the example's plotters import matplotlib (installed by make test)")
    examples = tmp_path / "examples"
    shutil.copytree(_ROOT / "examples", examples, ignore=shutil.ignore_patterns("cache", ".beat", "plots"))
    names: list[str] = []
    for kind, file, block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if file:
            (examples / file).parent.mkdir(parents=True, exist_ok=True)
            (examples / file).write_text(block, encoding="utf-8")
        elif kind == "python":
            names.append(block)
            _run([sys.executable, "-W", "error", "-c", "\n".join(names)], examples)
        else:
            for command, expected in _commands(block):
                printed = _run(["bash", "-c", command], examples)
                assert _agree(expected, printed), f"$ {command}\nprinted\n{printed}\nthe text says\n{expected}"


def _commands(block: str) -> list[tuple[str, str]]:
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    pairs = [part.partition("\n") for part in parts]
    return [(command, expected) for command, _, expected in pairs if not _SETUP.fullmatch(command.strip())]


def _run(command: list[str], folder: Path) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "HOME": str(folder.parent), "COLUMNS": "120", "NO_COLOR": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100
    )
    assert done.returncode == 0, f"{command[-1]}\nended with status {done.returncode}:\n{done.stdout}"
    return done.stdout


def _agree(expected: str, printed: str) -> bool:
    if not expected.strip():
        return True
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(expected.strip() + "\n", printed.strip() + "\n", flags)
