"""`beat GROUP list` and `check`: what they say of each kind of object, in which line of which file."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from beat.core import catalog

_GROUPS = sorted(catalog.FOLDERS.items())


@pytest.mark.parametrize(("kind", "group"), _GROUPS)
def test_every_group_lists_its_objects_in_order(beat: Any, golden: Any, kind: str, group: str) -> None:
    recorded = golden("errors")
    known = sorted({*recorded["valid"][group], *recorded["invalid"][group]})
    done = beat(group, "list")
    assert done.stdout.splitlines() == known
    assert json.loads(beat(group, "list", "--json").stdout) == known
    for line in done.stderr.splitlines():
        assert line.startswith(f"Warning: {kind} `invalid")


@pytest.mark.parametrize(("kind", "group"), _GROUPS)
def test_every_group_checks_its_objects(beat: Any, golden: Any, kind: str, group: str) -> None:
    recorded = golden("errors")
    done = beat(group, "check", status=1)
    verdicts = [line for line in done.stdout.splitlines() if line.startswith(f"{group}/")]
    expected = {f"{group}/{name} [ok]" for name in recorded["valid"][group]}
    expected |= {f"{group}/{name} [invalid]" for name in recorded["invalid"][group]}
    assert verdicts == sorted(verdicts, key=lambda line: line.split()[0])
    assert set(verdicts) == expected
    assert f"{len(recorded['invalid'][group])} of {len(expected)} {group} are invalid" in done.stderr


def test_valid_objects_are_a_success(beat: Any) -> None:
    assert beat("dataformats", "check", "orla/level/1").stdout == "dataformats/orla/level/1 [ok]\n"
    assert json.loads(beat("dataformats", "check", "--json", "orla/level/1").stdout) == {"orla/level/1": []}


def test_names_that_match_nothing_are_a_failure(beat: Any) -> None:
    done = beat("plotterparameters", "check", "nobody", status=1)
    assert "begins with `nobody'" in done.stderr
    assert "[invalid]" in beat("toolchains", "check", "no/such/1", status=1).stdout


def test_a_wrong_name_does_not_keep_others_from_being_checked(beat: Any) -> None:
    done = beat("dataformats", "check", "orla/level/1/too/long", "orla/level/1", status=1)
    assert "dataformats/orla/level/1/too/long [invalid]" in done.stdout
    assert "dataformats/orla/level/1 [ok]" in done.stdout


def test_the_line_of_an_unknown_key(beat: Any) -> None:
    name = "me/wide/1"
    file = f"plotterparameters/{name}.json"
    (beat.prefix / file).parent.mkdir(parents=True)
    (beat.prefix / file).write_text('{"plotter": "orla/ribbon-draw/1",\n "data": {},\n  "descripton": ""}\n')
    lines = beat("plotterparameters", "check", name, status=1).stdout.splitlines()
    assert lines[0] == f"plotterparameters/{name} [invalid]"
    assert lines[1].startswith(f"  * {file}:3: /: Additional properties are not allowed")
    assert lines[2] == "    did you mean `description'?"
    (problem,) = json.loads(beat("plotterparameters", "check", "--json", name, status=1).stdout)[name]
    message = problem.pop("message")
    assert message.startswith("/: Additional properties are not allowed ('descripton' was unexpected)")
    assert problem == {
        "path": "/descripton",
        "kind": "schema",
        "hint": "did you mean `description'?",
        "file": file,
        "line": 3,
        "column": 3,
        "causes": [],
    }


@pytest.mark.parametrize(
    ("text", "path", "line", "column"),
    [
        ('{"language": "python",\n "uses": {}\n "description": ""}', "", 3, 2),
        ('{"language": "python",\n "uses": {"a": "b/c/1",\n   "a": "b/c/1"}}', "/uses/a", 3, 4),
    ],
)
def test_the_line_of_what_is_no_declaration(beat: Any, text: str, path: str, line: int, column: int) -> None:
    (beat.prefix / "libraries" / "me" / "tool").mkdir(parents=True)
    (beat.prefix / "libraries/me/tool/1.json").write_text(text)
    (problem,) = json.loads(beat("libraries", "check", "--json", "me/tool/1", status=1).stdout)["me/tool/1"]
    assert problem["kind"] == "syntax"
    assert (problem["path"], problem["line"], problem["column"]) == (path, line, column)
    assert f"  * libraries/me/tool/1.json:{line}: " in beat("libraries", "check", "me/", status=1).stdout


def test_an_error_in_an_object_referred_to_is_told_in_the_file_of_that_object(beat: Any) -> None:
    name = "invalid/orla/solo/1/invalid_algorithm"
    (problem,) = json.loads(beat("experiments", "check", "--json", name, status=1).stdout)[name]
    assert problem["file"] == f"experiments/{name}.json"
    (cause,) = problem["causes"]
    assert cause["file"] == "algorithms/invalid/default_out_of_range/1.json"
    assert cause["path"] == "/parameters/p/default"
    text = (beat.prefix / cause["file"]).read_text(encoding="utf-8").splitlines()[cause["line"] - 1]
    assert text[cause["column"] - 1 :].startswith('"default"')
    assert f"      * {cause['file']}:{cause['line']}: default for" in beat("exp", "check", name, status=1).stdout


def test_the_connections_of_a_toolchain_are_told_in_its_file(beat: Any) -> None:
    name = "invalid/orla/solo/1/analyzer_type"
    (problem,) = json.loads(beat("experiments", "check", "--json", name, status=1).stdout)[name]
    assert problem["file"].startswith("toolchains/")
    text = (beat.prefix / problem["file"]).read_text(encoding="utf-8").splitlines()
    assert text[problem["line"] - 1][problem["column"] - 1] == "{"
    assert problem["line"] > 1


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("orla/scael/1", "orla/scale/1"), ("olra/scale/1", "orla/scale/1"), ("orla/scale/7", "orla/scale/2")],
)
def test_a_misspelt_object_gets_a_suggestion(beat: Any, misspelt: str, meant: str) -> None:
    label = "orla/orla/solo/1/plain"
    beat.edit(f"experiments/{label}.json", "orla/scale/1", misspelt)
    done = beat("experiments", "check", label, status=1)
    assert f"did you mean `{meant}'?" in done.stdout


def test_help_loads_no_group() -> None:
    code = (
        "import sys\nfrom beat.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted(name for name in sys.modules if name.startswith(('beat.cli.', 'beat.core', 'numpy'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    *text, loaded = done.stdout.splitlines()
    for group in catalog.FOLDERS.values():
        assert any(line.split()[:1] == [group] for line in text)
    assert loaded == "['beat.cli.config', 'beat.cli.console', 'beat.cli.main']"
