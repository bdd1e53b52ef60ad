"""Problems with the files, lines and columns where they are, and what has caused them."""

from __future__ import annotations

import pickle
from pathlib import Path

from beat.backend.python.problems import Problem
from beat.core.diagnosis import diagnose
from beat.core.loading import Loader


def write(prefix: Path, path: str, text: str) -> None:
    file = prefix / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_chain_of_causes_ends_in_the_file_that_is_wrong(tmp_path: Path) -> None:
    write(tmp_path, "dataformats/me/outer/1.json", '{"a": [2, {"b":\n "me/middle/1"}],\n "c": "me/middle/1"}')
    write(tmp_path, "dataformats/me/middle/1.json", '{"d": "me/inner/1"}')
    write(tmp_path, "dataformats/me/inner/1.json", '{\n"e":\n  "in8"}')
    problems = Loader(tmp_path)("dataformat", "me/outer/1").problems
    # The same text once.
    (finding,) = diagnose(tmp_path, problems)
    assert [problem.path for problem in problems] == ["/a/1/b"]
    assert (finding.place, finding.column) == ("dataformats/me/outer/1.json:1", 12)
    (cause,) = finding.causes
    assert (cause.place, cause.problem.path) == ("dataformats/me/inner/1.json:2", "/e")
    assert cause.problem.hint == "did you mean `int8'?"
    assert finding.as_dict()["causes"] == [cause.as_dict()]


def test_a_file_that_does_not_exist_is_no_place(tmp_path: Path) -> None:
    (finding,) = diagnose(tmp_path, Loader(tmp_path)("toolchain", "me/nothing/1").problems)
    assert (finding.place, finding.file, finding.line, finding.column) == ("", None, None, None)
    assert finding.problem.kind == "missing"


def test_a_declaration_without_a_file_has_paths_only(tmp_path: Path) -> None:
    from beat.core.dataformat import DataFormat

    made = DataFormat(str(tmp_path), {"a": "in8"})
    (problem,) = made.problems
    assert (problem.path, made.file) == ("/a", "")
    assert diagnose(tmp_path, made.problems)[0].place == ""


def test_what_cannot_be_decoded_is_in_its_file(tmp_path: Path) -> None:
    file = tmp_path / "toolchains" / "me" / "odd" / "1.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(b'{"a": "\xff"}')
    (finding,) = diagnose(tmp_path, Loader(tmp_path)("toolchain", "me/odd/1").problems)
    assert (finding.place, finding.problem.kind) == ("toolchains/me/odd/1.json", "syntax")


def test_roots_are_given_once_however_many_ways_lead_there() -> None:
    problem = Problem("deep", path="/x", file="f.json", hint="be right")
    for level in range(60):
        # Two ways at each level: 2**60 in all.
        problem = Problem(f"level {level}", file="g.json", causes=[problem, Problem.of(problem)])
    assert problem.roots() == ["deep"]
    assert problem.hint == "be right"
    assert pickle.loads(pickle.dumps(problem)).roots()[0].file == "f.json"


def test_texts_become_problems_and_keep_their_file() -> None:
    assert Problem.of("wrong", "a.json").as_dict() == {"path": "", "kind": "", "message": "wrong", "hint": ""}
    there = Problem("wrong", path="/p", kind="value", hint="h", file="b.json")
    assert vars(Problem.of(there, "a.json")) == vars(there)
    assert Problem.of(Problem("here"), "a.json").file == "a.json"
