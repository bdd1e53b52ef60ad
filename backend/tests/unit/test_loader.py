"""Loading modules of user code, and calling it."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.exceptions import UserError
from beat.backend.python.loader import load_module, run

Write = Callable[[str, str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, code: str) -> str:
        path = tmp_path / name
        path.write_text(code, encoding="utf-8")
        return str(path)

    return write


def uses(path: str, **libraries: Any) -> dict[str, Any]:
    return {"path": path, "uses": libraries}


def test_libraries_are_there_while_the_code_runs(write: Write) -> None:
    base = write("base.py", "VALUE = 20")
    middle = write("middle.py", "VALUE = base.VALUE + 1")
    top = write("top.py", "VALUE = twice.VALUE * 2")
    module = load_module("me_top_1", top, {"twice": uses(middle, base=uses(base))})
    assert module.VALUE == 42
    assert module.__name__ == "me_top_1"
    assert module.twice.__name__ == "twice"
    assert "me_top_1" not in sys.modules


def test_nothing_is_shared(write: Write) -> None:
    base = write("base.py", "ITEMS = []")
    top = write("top.py", "left.ITEMS.append(1)")
    one = load_module("top", top, {"left": uses(base), "right": uses(base)})
    two = load_module("top", top, {"left": uses(base), "right": uses(base)})
    assert one.left.ITEMS == two.left.ITEMS == [1]
    assert one.right.ITEMS == []


def test_tracebacks_show_the_file(write: Write) -> None:
    path = write("bad.py", "def f():\n    return 1 / 0\n")
    module = load_module("bad", path, {})
    with pytest.raises(ZeroDivisionError) as caught:
        module.f()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.lineno, last.line) == (path, 2, "return 1 / 0")


def test_errors_of_the_code_come_through(write: Write) -> None:
    with pytest.raises(SyntaxError):
        load_module("bad", write("bad.py", "def"), {})
    with pytest.raises(KeyError, match="mine"):
        load_module("bad", write("bad.py", "raise KeyError('mine')"), {})


def test_the_code_keeps_its_own_meaning_of_annotations(write: Write) -> None:
    module = load_module("plain", write("plain.py", "def f(x: 1 + 1): pass"), {})
    assert module.f.__annotations__ == {"x": 2}


def test_the_code_says_its_own_encoding(tmp_path: Path) -> None:
    path = tmp_path / "latin.py"
    path.write_bytes("# -*- coding: latin-1 -*-\nNAME = 'é'\n".encode("latin-1"))
    assert load_module("latin", str(path), {}).NAME == "é"


class Thing:
    def __init__(self, value: int = 1) -> None:
        self.value = value

    def add(self, more: int, *, times: int = 1) -> int:
        return self.value + more * times

    def fail(self) -> None:
        raise ValueError("inside")

    def leave(self) -> None:
        raise SystemExit(3)


def test_run_calls() -> None:
    assert run(Thing, "__new__", None, 5).value == 5
    assert run(Thing(2), "add", None, 3, times=2) == 8


def test_run_translates_exceptions_with_their_traceback() -> None:
    with pytest.raises(ValueError, match="inside"):
        run(Thing(), "fail")
    with pytest.raises(UserError) as caught:
        run(Thing(), "fail", UserError)
    assert isinstance(caught.value.value, ValueError)
    assert caught.value.args == (caught.value.value,)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].name == "fail"


def test_run_translates_a_missing_method() -> None:
    with pytest.raises(AttributeError):
        run(Thing(), "absent")
    with pytest.raises(UserError) as caught:
        run(Thing(), "absent", UserError)
    assert isinstance(caught.value.value, AttributeError)


@pytest.mark.parametrize("exc", [None, UserError])
def test_exits_are_never_translated(exc: Any) -> None:
    with pytest.raises(SystemExit):
        run(Thing(), "leave", exc)


def test_code_that_has_changed_is_loaded_anew(write: Write) -> None:
    path = write("changing.py", "VALUE = 1")
    before = load_module("changing", path, {})
    write("changing.py", "VALUE = 2")
    assert (before.VALUE, load_module("changing", path, {}).VALUE) == (1, 2)
