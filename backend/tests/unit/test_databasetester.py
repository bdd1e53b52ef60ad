"""The tester of views of the older interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.database import DatabaseTester
from beat.backend.python.databasetester import MockOutput, SynchronizedUnit
from beat.backend.python.exceptions import OutputError


class Steps:
    """Writes `who` for three data indices at a time and `num` for each one, six in all."""

    last = 5

    def setup(self, root_folder: str, outputs: Any, parameters: dict[str, Any]) -> None:
        self.outputs = outputs
        self.next_index = 0

    def done(self, last_data_index: int) -> bool:
        return last_data_index >= self.last

    def next(self) -> None:
        self.write("who", 3)
        self.write("num", 1)
        self.next_index += 1

    def write(self, name: str, length: int) -> None:
        output = self.outputs[name]
        if output.isConnected() and output.last_written_data_index < self.next_index:
            output.write({"value": self.next_index}, self.next_index + length - 1)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _test(view: type[Any], **options: Any) -> DatabaseTester:
    return DatabaseTester("the steps", view, {"who": "w/text/1", "num": "w/number/1"}, {}, **options)


def test_units_are_counted_and_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tester = _test(Steps, all_combinations=False)
    assert tester.intervals == {"who": 3, "num": 1}
    assert (
        capsys.readouterr().out == "Testing 'the steps', with 2 output(s): who, num\n  - who: 2 data\n  - num: 6 data\n"
    )
    assert (tmp_path / "the_steps.txt").read_text() == "who\n[----][----]\n\nnum\n[][][][][][]\n"


def test_regular_units_of_another_length_are_refused() -> None:
    class Shrinking(Steps):
        def write(self, name: str, length: int) -> None:
            super().write(name, 1 if self.next_index >= 3 else length)

    with pytest.raises(OutputError, match="output `who': data from index 3 to 3, 3 indices were expected"):
        _test(Shrinking, all_combinations=False)
    assert _test(Shrinking, all_combinations=False, irregular_outputs=["who"]).intervals == {"num": 1}


def test_outputs_that_end_apart_are_refused() -> None:
    class Longer(Steps):
        last = 4

    with pytest.raises(OutputError, match=r"do not end together: \{'who': 5, 'num': 4\}"):
        _test(Longer, all_combinations=False)


def test_step_without_data_is_refused() -> None:
    class Lazy(Steps):
        def write(self, name: str, length: int) -> None:
            if self.next_index != 2:
                super().write(name, length)

    with pytest.raises(OutputError, match="a step of the view leaves an output without data at index 2"):
        _test(Lazy, all_combinations=False)


def test_data_for_an_output_that_is_not_connected_is_refused() -> None:
    class Deaf(Steps):
        def write(self, name: str, length: int) -> None:
            self.outputs[name].write({"value": 1})

    with pytest.raises(OutputError, match="output `num' is not connected, yet data is written to it"):
        _test(Deaf)


def test_mock_output_keeps_units() -> None:
    output = MockOutput("num", True)
    output.write(1)
    output.write(2, 4)
    assert [(unit.start, unit.end, unit.data) for unit in output.written_data] == [(0, 0, 1), (1, 4, 2)]
    with pytest.raises(OutputError, match="up to index 3 after data up to index 4"):
        output.write(3, 3)
    assert SynchronizedUnit(2, 5).end == 5
