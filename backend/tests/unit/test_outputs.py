"""Outputs, beside what the golden steps show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from beat.backend.python.data import DataFormat, DataSink
from beat.backend.python.outputs import Output, OutputList, SynchronizationListener


class Notes(DataSink):
    """Keeps what is written."""

    def __init__(self, dataformat: Any = None) -> None:
        self.dataformat = dataformat
        self.written: list[tuple[Any, int, int]] = []
        self.closed = False
        self.fails = False

    def write(self, data: Any, start_data_index: int, end_data_index: int) -> None:
        if self.fails:
            raise OSError("full")
        self.written.append((data, start_data_index, end_data_index))

    def isConnected(self) -> bool:
        return True

    def close(self) -> bool:
        self.closed = True
        return True


def test_units_follow_one_another() -> None:
    sink = Notes()
    output = Output("out", sink)
    assert (output.name, output.last_written_data_index, output.nb_data_blocks_written) == ("out", -1, 0)
    output.write("a")
    output.write("b", 4)
    output.write("c")
    assert sink.written == [("a", 0, 0), ("b", 1, 4), ("c", 5, 5)]
    assert (output.last_written_data_index, output.nb_data_blocks_written) == (5, 3)
    assert output.isConnected() and not output.isDataMissing()
    output.close()
    assert sink.closed


def test_the_first_index_may_be_given() -> None:
    output = Output("out", Notes(), force_start_index=10)
    with pytest.raises(KeyError, match="everything up to 9"):
        output.write("a", 9)
    output.write("a")
    assert output.last_written_data_index == 10


def test_a_step_is_written_once() -> None:
    sink, listener = Notes(), SynchronizationListener()
    output = Output("out", sink, listener)
    listener.onIntervalChanged(0, 2)
    assert output.isDataMissing()
    output.write("a")
    assert not output.isDataMissing()
    with pytest.raises(KeyError):
        output.write("b")
    with pytest.raises(KeyError, match="lies after the current step"):
        output.write("b", 3)
    listener.onIntervalChanged(3, 3)
    listener.onIntervalChanged(4, 5)
    output.write("c")
    assert sink.written == [("a", 0, 2), ("c", 3, 5)]


def test_mappings_are_converted_when_safe(golden_prefix: Path) -> None:
    sink = Notes(DataFormat(str(golden_prefix), "orla/tick/1"))
    output = Output("out", sink)
    output.write({"n": numpy.int32(3)})
    assert sink.written[0][0].n == 3
    assert type(sink.written[0][0]) is sink.dataformat.type
    for wrong, error in (({"n": 1.5}, TypeError), ({}, AttributeError), ({"n": 1, "m": 1}, AttributeError)):
        with pytest.raises(error):
            output.write(wrong)
    assert output.last_written_data_index == 0
    assert output._createData().n == 0


def test_sinks_without_format_take_no_mappings() -> None:
    output = Output("out", Notes())
    with pytest.raises(RuntimeError, match="no data format"):
        output._createData()
    with pytest.raises(RuntimeError, match="no data format"):
        output.write({"n": 1})


def test_a_failed_write_does_not_count() -> None:
    sink = Notes()
    output = Output("out", sink)
    sink.fails = True
    with pytest.raises(OSError, match="full"):
        output.write("a")
    assert (output.last_written_data_index, output.nb_data_blocks_written) == (-1, 0)


def test_outputs_are_found() -> None:
    outputs = OutputList()
    one, two = Output("one", Notes()), Output("two", Notes())
    outputs.add(one)
    outputs.add(two)
    assert outputs["two"] is two is outputs[1] is outputs[-1]
    assert outputs["three"] is outputs[2] is None
    assert outputs[:] == list(outputs) == [one, two]
    assert len(outputs) == 2


def test_a_stand_in_for_a_data_format_needs_no_more_than_objects_with_from_dict() -> None:
    class Unit:
        def from_dict(self, data: Any, casting: str = "safe", add_defaults: bool = False) -> Any:
            self.taken = data, casting, add_defaults
            return self

    class Stand:
        name = "stand-in"
        type = Unit

    class Sink(DataSink):
        dataformat = Stand()
        written: Any = None

        def write(self, data: Any, start_data_index: int, end_data_index: int) -> None:
            self.written = data

    sink = Sink()
    Output("out", sink).write({"value": 1})
    assert sink.written.taken == ({"value": 1}, "safe", False)
