"""What a run says, and leaves, when something goes wrong in the middle of it; and that the next run completes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from beat.core import engine
from beat.core.engine import events
from beat.core.engine.report import Report

_GOOD = """
    class Algorithm:
        def process(self, inputs, data_loaders, outputs):
            outputs["out"].write({"value": 2 * inputs["in"].data.value})
            return True
"""


def _run(lab: Any, **options: Any) -> tuple[Report, list[events.Event]]:
    seen: list[events.Event] = []
    report = engine.run(lab.experiment(), cache=lab.cache, logs=lab.logs, on_event=seen.append, **options)
    return report, seen


def _method(name: str, body: str) -> str:
    arguments = {
        "__init__": "",
        "setup": ", parameters",
        "prepare": ", loaders",
        "process": ", inputs, loaders, outputs",
    }
    return f"class Algorithm:\n    def {name}(self{arguments[name]}):\n        {body}\n" + (
        "" if name == "process" else "    def process(self, inputs, loaders, outputs):\n        return True\n"
    )


def _entries(lab: Any, *blocks: str) -> set[str]:
    """Files of the cache that belong to none of these blocks nor to the index."""
    paths = [lab.configuration(block)["outputs"]["out"]["path"] for block in blocks]
    return {name for name in lab.files() if not name.endswith(".db") and not name.startswith(tuple(paths))}


@pytest.mark.parametrize("phase", ["__init__", "setup", "prepare", "process"])
def test_user_code_that_raises(lab: Any, phase: str) -> None:
    lab.algorithm("again", _method(phase, "print('before'); raise ValueError('wrong here')"))
    report, seen = _run(lab)
    assert report.status == "failed"
    assert [block.state for block in report.blocks] == ["done", "failed", "not run"]
    failed = report.blocks[1]
    assert failed.system_error == ""
    assert f'File "algorithms/lab/again/1.py", line 3, in {phase}' in failed.user_error
    assert failed.user_error.endswith("\nValueError: wrong here")
    assert str(lab.prefix) not in failed.user_error
    assert failed.log is not None
    assert Path(failed.log).read_text() == "before\n"
    assert seen[-2:-1] == [events.BlockFailed("more", "lab/again/1", failed.user_error, "", failed.log)]
    assert isinstance(seen[-1], events.RunFinished)
    assert seen[-1].status == "failed"
    assert _entries(lab, "work") == set()
    lab.algorithm("again", _GOOD)
    repaired, _ = _run(lab)
    assert [block.state for block in repaired.blocks] == ["cached", "done", "done"]


@pytest.mark.parametrize("phase", ["setup", "prepare", "process"])
def test_user_code_that_returns_false(lab: Any, phase: str) -> None:
    lab.algorithm("again", _method(phase, "return False"))
    report, _ = _run(lab)
    told = f"Algorithm lab/again/1 {phase} failed: it returned a false value; return True when it succeeds"
    assert report.blocks[1].user_error == told
    assert _entries(lab, "work") == set()


def test_an_output_never_written(lab: Any) -> None:
    lab.algorithm("again", _method("process", "return True"))
    report, _ = _run(lab)
    assert "did not write all data of its outputs: out" in report.blocks[1].user_error
    assert _entries(lab, "work") == set()


def test_a_broken_file_of_code(lab: Any) -> None:
    lab.algorithm("again", "class Algorithm:\n    def process(self, inputs loaders):\n        return True\n")
    report, _ = _run(lab)
    assert 'File "algorithms/lab/again/1.py", line 2' in report.blocks[1].user_error
    assert "SyntaxError" in report.blocks[1].user_error


def _change_view(lab: Any, old: str, new: str) -> None:
    path = lab.prefix / "databases/numbers/1.py"
    path.write_text(path.read_text().replace(old, new))


def test_raw_data_that_is_missing_when_indexed(lab: Any) -> None:
    _change_view(lab, "Entry = ", "open(root_folder + '/list.txt')\n        Entry = ")
    report, seen = _run(lab)
    assert report.status == "failed"
    assert [block.state for block in report.blocks] == ["not run"] * 3
    assert 'File "databases/numbers/1.py"' in report.user_error
    assert "FileNotFoundError" in report.user_error
    assert "the root folder of database `numbers/1', /nowhere/numbers, does not exist here" in report.user_error
    (failed,) = [event for event in seen if isinstance(event, events.IndexFailed)]
    assert (failed.database, failed.protocol, failed.set, failed.user_error) == (
        "numbers/1",
        "p",
        "all",
        report.user_error,
    )
    assert lab.files() == {}


def test_raw_data_that_is_missing_when_read(lab: Any) -> None:
    _change_view(lab, "return {", "open(self.root_folder + '/0.txt')\n        return {")
    report, _ = _run(lab)
    failed = report.blocks[0]
    assert failed.system_error == ""
    assert "open(self.root_folder + '/0.txt')" in failed.user_error
    assert "does not exist here" in failed.user_error
    assert _entries(lab) == set()


def test_a_view_that_gives_no_rows(lab: Any) -> None:
    _change_view(lab, "for k in range", "for k in [] and range")
    report, _ = _run(lab)
    assert "is empty" in report.blocks[0].user_error + report.blocks[0].system_error


def test_interrupt_in_the_middle(lab: Any) -> None:
    code = """
    import os
    class Algorithm:
        def process(self, inputs, data_loaders, outputs):
            outputs["out"].write({"value": 2 * inputs["in"].data.value})
            if os.environ.get("LAB_INTERRUPT") and not inputs.hasMoreData():
                raise KeyboardInterrupt
            return True
    """
    lab.algorithm("again", code)
    seen: list[events.Event] = []
    before = sys.stdout, sys.stderr
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LAB_INTERRUPT", "1")
        with pytest.raises(KeyboardInterrupt) as caught:
            engine.run(lab.experiment(), cache=lab.cache, on_event=seen.append)
    assert (sys.stdout, sys.stderr) == before
    report = caught.value.report
    assert report.status == "interrupted"
    assert [block.state for block in report.blocks] == ["done", "not run", "not run"]
    assert isinstance(seen[-1], events.RunFinished)
    assert seen[-1].status == "interrupted"
    assert _entries(lab, "work") == set()
    again, _ = _run(lab)
    assert [block.state for block in again.blocks] == ["cached", "done", "done"]


_KILLED = """
    import os, time
    class Algorithm:
        def process(self, inputs, data_loaders, outputs):
            outputs["out"].write({"value": 2 * inputs["in"].data.value})
            if "LAB_GATE" in os.environ and inputs["in"].data_index == 3:
                print("a text on the way")
                with open(os.environ["LAB_GATE"], "w"):
                    while True:  # once would not do: the signal may come just before the sleep
                        time.sleep(0.01)
            return True
"""

_PROGRAM = """
import sys
from beat.core import engine
from beat.core.experiment import Experiment
engine.run(Experiment(sys.argv[1], sys.argv[2]), cache=sys.argv[3], logs=sys.argv[4])
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_process_that_is_stopped_in_the_middle(lab: Any, number: signal.Signals) -> None:
    lab.algorithm("again", _KILLED)
    gate = lab.prefix.parent / "gate"
    os.mkfifo(gate)
    command = [sys.executable, "-c", _PROGRAM, lab.prefix, lab.label, lab.cache, lab.logs]
    process = subprocess.Popen(command, env={**os.environ, "LAB_GATE": str(gate)}, stderr=subprocess.PIPE, text=True)
    with open(gate):  # opens when the algorithm does so: in the middle of its data
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == -number, errors
    if number == signal.SIGINT:
        assert _entries(lab, "work") == set()
    report, _ = _run(lab)
    assert [block.state for block in report.blocks] == ["cached", "done", "done"]
    complete = lab.files()
    assert not [name for name in complete if name.endswith(".tmp")]
    lab.cache = lab.cache.parent / "another"
    assert _run(lab)[0].ok
    assert lab.files() == complete


def test_a_cache_that_cannot_be_written(lab: Any) -> None:
    assert _run(lab, target="work")[0].ok
    target = lab.cache / lab.configuration("more")["outputs"]["out"]["path"]
    folder = lab.cache / target.relative_to(lab.cache).parts[0]
    assert not folder.exists()
    folder.write_text("a file where a folder should be")
    report, _ = _run(lab)
    assert report.blocks[1].state == "failed"
    assert report.blocks[1].user_error == ""
    assert "Error" in report.blocks[1].system_error
