"""The `beat` command as a user calls it: another process, its two streams, its exit status."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_LABEL = "orla/orla/ladder/1/daily"
_OTHER = "orla/orla/braid/1/calm"


def test_results_go_to_standard_output_and_all_else_to_standard_error(beat: Any, golden_results: dict) -> None:
    first = beat("experiments", "run", _LABEL)
    assert "running" in first.stderr
    assert "running" not in first.stdout
    for analyzer in golden_results[_LABEL]:
        assert analyzer in first.stdout.splitlines()
    second = beat("experiments", "run", _LABEL)
    assert second.stdout == first.stdout
    assert "running" not in second.stderr
    assert "cached" in second.stderr


@pytest.fixture
def golden_results(golden) -> dict:
    return golden("results")


def test_json_holds_report_and_results(beat: Any, golden_results: dict) -> None:
    document = json.loads(beat("experiments", "run", "--json", _LABEL).stdout)
    assert document["status"] == "done"
    assert {block["state"] for block in document["blocks"]} == {"done"}
    expected = {name: result["values"] for name, result in golden_results[_LABEL].items()}
    assert document["results"] == expected
    both = json.loads(beat("experiments", "run", "--json", _LABEL, _OTHER).stdout)
    assert [item["experiment"] for item in both] == [_LABEL, _OTHER]


def test_quiet_shows_no_results(beat: Any) -> None:
    done = beat("--quiet", "--quiet", "experiments", "run", "--quiet", _OTHER)
    assert done.stdout == ""
    assert done.stderr == ""


def test_target_runs_a_block_and_what_it_needs(beat: Any) -> None:
    document = json.loads(beat("experiments", "run", "--json", "--target", "gap", _LABEL).stdout)
    assert [block["name"] for block in document["blocks"]][-1] == "gap"
    wrong = beat("experiments", "run", "--target", "gop", _LABEL, status=1)
    assert "did you mean `gap'?" in wrong.stderr


def test_a_failing_block_is_told_with_the_users_frames_and_the_command_to_run_it_again(beat: Any) -> None:
    code = next((beat.prefix / "algorithms" / "orla" / "gap").glob("1.py"))
    code.write_text("class Algorithm:\n    def process(self, inputs, data_loaders, outputs):\n        return 1 / 0\n")
    done = beat("experiments", "run", _LABEL, status=1)
    assert "block `gap' (algorithm orla/gap/1) failed in the code of the user" in done.stderr
    assert 'File "algorithms/orla/gap/1.py", line 3, in process' in done.stderr
    assert "ZeroDivisionError: division by zero" in done.stderr
    again = next(line for line in done.stderr.splitlines() if line.startswith("run this block again: "))
    command = again.removeprefix("run this block again: ").removeprefix("beat ").split()
    repeated = subprocess.run(
        [sys.executable, "-m", "beat.cli", *command], env=beat.environment, capture_output=True, text=True, timeout=60
    )
    assert repeated.returncode == 1
    assert "ZeroDivisionError" in repeated.stderr


def test_what_user_code_prints_goes_to_standard_error_and_to_the_log(beat: Any) -> None:
    code = next((beat.prefix / "algorithms" / "orla" / "gap").glob("1.py"))
    text = code.read_text(encoding="utf-8")
    code.write_text("import os\nprint('from python')\nos.system('echo from a child')\n" + text, encoding="utf-8")
    done = beat("experiments", "run", "--json", _LABEL)
    json.loads(done.stdout)
    log = beat.prefix / ".beat" / "logs" / _LABEL / "gap.log"
    for said in ("from python", "from a child"):
        assert said in done.stderr
        assert said in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--prefix", "/does/not/exist", "experiments", "list"), "prefix folder `/does/not/exist' does not exist"),
        (("experiments", "run", "nobody"), "invalid experiment label"),
        (("experiments", "run", "orla/orla/solo/1/nothing"), "declaration file not found"),
        (("experiments", "run", "invalid/orla/solo/1/not_json"), "invalid JSON code"),
        (("experiments", "run", "invalid/orla/solo/1/absent_algorithm"), "algorithm `orla/absent/1' is invalid"),
        (("experiments", "check", "nobody"), "no experiment"),
        (("databases", "index", "rivers/1/dayly"), "did you mean `daily'?"),
        (("databases", "index", "nothing"), "no database is called `nothing'"),
        (("databases", "index", "a/1/b/c/d"), "DATABASE/VERSION[/PROTOCOL[/SET]]"),
        (("cache", "info", "aa/bb/cc/dd"), "no entry `aa/bb/cc/dd'"),
        (("experiments", "plot", "invalid/orla/solo/1/slots"), "not splittable"),
    ],
)
def test_mistakes_end_in_a_line_and_status_1(beat: Any, arguments: tuple[str, ...], said: str) -> None:
    done = beat(*arguments, status=1)
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("experiments", "nothing"),
        ("experiments", "run"),
        ("experiments", "run", "--param"),
        ("--nothing",),
    ],
)
def test_usage_errors_end_with_status_2(beat: Any, arguments: tuple[str, ...]) -> None:
    assert "Usage" in beat(*arguments, status=2).stderr


def test_check_tells_all_errors(beat: Any, golden) -> None:
    done = beat("experiments", "check", "--json", status=1)
    errors = json.loads(done.stdout)
    assert {name for name in errors if errors[name]} == set(golden("errors")["invalid"]["experiments"])
    lines = beat("experiments", "check", "invalid/orla/solo/1/slots", status=1).stdout.splitlines()
    assert lines[0] == "experiments/invalid/orla/solo/1/slots [invalid]"
    assert beat("experiments", "check", _LABEL).stdout == f"experiments/{_LABEL} [ok]\n"


def test_list_and_abbreviations(beat: Any) -> None:
    names = beat("experiments", "list").stdout.splitlines()
    assert _LABEL in names
    assert names == sorted(names)
    assert json.loads(beat("exp", "li", "--json").stdout) == names


def test_index_lists_and_deletes(beat: Any, golden) -> None:
    made = beat("databases", "index", "rivers/1").stdout.splitlines()
    expected = {item["path"] for name, item in golden("index").items() if name.startswith("rivers/1/")}
    assert {str(Path(file).relative_to(beat.cache)) for file in made} == expected
    assert beat("databases", "index", "--list", "rivers/1").stdout.splitlines() == made
    assert beat("databases", "index", "--delete", "rivers/1").stdout.splitlines() == made
    assert list(beat.cache.iterdir()) == []


def test_a_view_that_fails_is_told(beat: Any) -> None:
    beat.edit("databases/rivers/1.py", "rows = []", "rows = open(root_folder + '/rows.txt').readlines()")
    done = beat("databases", "index", "rivers/1/daily/calm", status=1)
    assert 'File "databases/rivers/1.py"' in done.stderr
    assert "FileNotFoundError" in done.stderr
    assert '"database/rivers/1"' in done.stderr or "`database/rivers/1'" in done.stderr
    run = beat("experiments", "run", "orla/orla/solo/1/plain", status=1)
    assert "FileNotFoundError" in run.stderr
    assert not list(beat.cache.glob("**/*.db"))


def test_interrupt_says_how_to_go_on_and_the_next_run_completes(beat: Any, golden_results: dict) -> None:
    code = next((beat.prefix / "algorithms" / "orla" / "gap").glob("1.py"))
    text = code.read_text(encoding="utf-8")
    code.write_text("print('reached', flush=True)\nimport time\ntime.sleep(60)\n" + text, encoding="utf-8")
    running = subprocess.Popen(
        beat.command("experiments", "run", _LABEL),
        cwd=beat.folder,
        env=beat.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    said = ""
    while "reached" not in said:
        said += running.stderr.readline()
    running.send_signal(signal.SIGINT)
    _, rest = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "interrupted" in rest
    assert "Traceback" not in rest
    assert not [file for file in beat.cache.glob("**/*") if file.name.startswith(".")]
    code.write_text(text, encoding="utf-8")
    document = json.loads(beat("experiments", "run", "--json", _LABEL).stdout)
    assert {block["state"] for block in document["blocks"]} == {"cached", "done"}
    assert document["results"] == {name: result["values"] for name, result in golden_results[_LABEL].items()}


def test_version_and_help_answer(beat: Any) -> None:
    assert beat("--version").stdout.startswith("beat 2.")
    for arguments in ((), ("experiments",), ("experiments", "run"), ("databases", "index"), ("cache", "info")):
        assert "Usage" in beat(*arguments, "--help").stdout
        assert beat(*arguments, "-h").stdout == beat(*arguments, "-?").stdout


def test_a_cache_that_cannot_be_made_is_one_line(beat: Any) -> None:
    beat.cache.write_text("a file")
    done = beat("experiments", "run", _LABEL, status=1)
    assert str(beat.cache) in done.stderr
