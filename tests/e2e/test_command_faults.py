"""The `beat` command when something is wrong: a clear line, the right exit status, JSON for programs in every case."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

_LABEL = "orla/orla/ladder/1/daily"
_GAP = "algorithms/orla/gap/1.py"


def _before_code(beat: Any, path: str, text: str) -> None:
    file = beat.prefix / path
    file.write_text(text + file.read_text(encoding="utf-8"), encoding="utf-8")


def _strict(text: str) -> Any:
    """Parse JSON as every parser does: without NaN and infinity."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("nobody",), "failed", "invalid experiment label"),
        (("orla/orla/solo/1/nothing",), "invalid", "declaration file not found"),
        (("--target", "gop", _LABEL), "failed", "did you mean `gap'?"),
    ],
)
def test_a_run_that_cannot_begin_is_a_document(beat: Any, arguments: tuple[str, ...], status: str, said: str) -> None:
    done = beat("experiments", "run", "--json", *arguments, status=1)
    document = _strict(done.stdout)
    assert (document["experiment"], document["status"]) == (arguments[-1], status)
    assert said in document["errors"][0]
    assert said in done.stderr


def test_a_wrong_name_does_not_keep_others_from_running(beat: Any) -> None:
    both = _strict(beat("experiments", "run", "--json", "nobody", _LABEL, status=1).stdout)
    assert [document["status"] for document in both] == ["failed", "done"]


def test_a_cache_or_prefix_that_is_no_folder(beat: Any) -> None:
    beat.cache.write_text("a file")
    document = _strict(beat("experiments", "run", "--json", _LABEL, status=1).stdout)
    assert document["errors"] == [f"the folder of the cache cannot be made: File exists: `{beat.cache}'"]
    assert "is no folder" in beat("cache", "info", status=1).stderr
    shutil.rmtree(beat.prefix)
    beat.prefix.write_text("a file")
    assert f"`{beat.prefix}' is no folder" in beat("experiments", "list", status=1).stderr


def test_an_interrupted_run_is_a_document(beat: Any) -> None:
    _before_code(beat, _GAP, "print('reached', flush=True)\nimport time\ntime.sleep(60)\n")
    running = subprocess.Popen(
        beat.command("experiments", "run", "--json", _LABEL, _LABEL),
        cwd=beat.folder,
        env=beat.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    while "reached" not in running.stderr.readline():
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    stdout, _ = running.communicate(timeout=30)
    assert running.returncode == 130
    first, second = _strict(stdout)
    assert first["status"] == "interrupted"
    assert "done" in {block["state"] for block in first["blocks"]}
    assert second == {"experiment": _LABEL, "status": "not run"}


@pytest.mark.parametrize("command", [("databases", "index", "rivers/1/daily/calm"), ("experiments", "run", _LABEL)])
@pytest.mark.parametrize(
    ("statement", "status"),
    [("import sys; sys.exit(0)", 1), ("raise GeneratorExit", 1), ("raise KeyboardInterrupt", 130)],
)
def test_a_view_that_exits_fails(beat: Any, command: tuple[str, ...], statement: str, status: int) -> None:
    beat.edit("databases/rivers/1.py", "rows = []", f"{statement}\n        rows = []")
    done = beat(*command, status=status)
    if status == 1:
        assert 'File "databases/rivers/1.py"' in done.stderr
    assert done.stdout == ""
    assert not [file for file in beat.cache.glob("**/*") if file.is_file()]


@pytest.mark.parametrize("statement", ["import sys; sys.exit(0)", "raise GeneratorExit", "raise BaseException(1)"])
def test_an_algorithm_that_exits_fails(beat: Any, statement: str) -> None:
    _before_code(beat, _GAP, statement + "\n")
    document = _strict(beat("experiments", "run", "--json", _LABEL, status=1).stdout)
    (failed,) = [block for block in document["blocks"] if block["state"] == "failed"]
    assert statement in failed["user_error"]
    assert failed["system_error"] == ""


def test_a_process_that_ends_in_the_middle_leaves_no_harm(beat: Any, golden: Any) -> None:
    good = (beat.prefix / _GAP).read_text(encoding="utf-8")
    _before_code(beat, _GAP, "import os\nos._exit(0)\n")
    beat("experiments", "run", _LABEL)
    (beat.prefix / _GAP).write_text(good, encoding="utf-8")
    document = _strict(beat("experiments", "run", "--json", _LABEL).stdout)
    assert document["results"] == {name: result["values"] for name, result in golden("results")[_LABEL].items()}


def test_what_user_code_leaves_behind_cannot_write_among_results(beat: Any) -> None:
    noise = "import atexit, os, sys\natexit.register(lambda: os.write(1, b'noise'))\n"
    _before_code(beat, _GAP, noise + "atexit.register(lambda: print('noise', file=sys.__stdout__))\n")
    done = beat("experiments", "run", "--json", _LABEL)
    _strict(done.stdout)
    assert "noise" in done.stderr


@pytest.mark.parametrize("keep", [0, 1, 40])
def test_an_index_that_was_cut_off_is_made_again(beat: Any, keep: int) -> None:
    first = beat("experiments", "run", _LABEL).stdout
    for file in beat.cache.glob("**/*.data*"):
        file.unlink()
    whole = {file: file.read_bytes() for file in beat.cache.glob("**/*.db")}
    for file, content in whole.items():
        file.write_bytes(content[:keep])
    done = beat("experiments", "run", _LABEL)
    assert done.stdout == first
    assert "will be made again" in done.stderr
    assert {file: file.read_bytes() for file in whole} == whole


@pytest.mark.parametrize("redirection", ["2>&-", ">&-", ">&- 2>&- <&-"])
def test_closed_streams_do_not_mix(beat: Any, redirection: str) -> None:
    command = " ".join(beat.command("experiments", "run", _LABEL))
    done = subprocess.run(
        ["bash", "-c", f"{command} {redirection}"], env=beat.environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "running" not in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full is a speciality of Linux")
def test_results_that_cannot_be_written_are_told(beat: Any) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            beat.command("experiments", "run", _LABEL),
            env=beat.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert "Error: standard output cannot be written: " + os.strerror(28) in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"[]", "must hold a JSON object"),
        (b'{"cache": null}', "`cache' must be a text"),
        (b'{"database/a/1": 3}', "`database/a/1' must be a text"),
        (b'{"cache": "\\u0000"}', "no path can have"),
    ],
)
def test_a_configuration_file_that_is_wrong_is_named(beat: Any, content: bytes, said: str) -> None:
    (beat.folder / ".beatrc").write_bytes(content)
    done = beat("experiments", "list", status=1)
    assert said in done.stderr
    assert str(beat.folder / ".beatrc") in done.stderr


def test_plots_before_the_run_are_an_error(beat: Any) -> None:
    done = beat("experiments", "plot", "--output-folder", "drawn", _LABEL, status=1)
    assert "has no results yet: run it first" in done.stderr
    assert not (beat.folder / "drawn").exists()
