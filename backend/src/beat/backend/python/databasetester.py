"""Trying out views of an older interface, in which a view writes its outputs by itself, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from .exceptions import OutputError
from .outputs import OutputList


class SynchronizedUnit:
    """Data that is valid from one data index to another, both included.

    Parameters
    ----------
    start, end
        First and last data index.
    data
        What was written; ``None`` when only the interval matters.
    """

    def __init__(self, start: int, end: int, data: Any = None) -> None:
        self.start = start
        self.end = end
        self.data = data


class MockOutput:
    """An output that keeps what is written to it.

    Parameters
    ----------
    name
        Name of the output.
    connected
        Whether anything would read it; a view must not write to it otherwise.

    Attributes
    ----------
    last_written_data_index : int
        Last data index that has data; -1 at first.
    written_data : list of SynchronizedUnit
        Everything written.
    """

    def __init__(self, name: str, connected: bool) -> None:
        self.name = name
        self.connected = connected
        self.last_written_data_index = -1
        self.written_data: list[SynchronizedUnit] = []

    def write(self, data: Any, end_data_index: int | None = None) -> None:
        """Keep data that is valid up to `end_data_index`, by default for one data index.

        Raises
        ------
        OutputError
            When the output is not connected, or has data at that index.
        """
        if not self.connected:
            raise OutputError(f"output `{self.name}' is not connected, yet data is written to it")
        start = self.last_written_data_index + 1
        end = start if end_data_index is None else end_data_index
        if end < start:
            raise OutputError(f"output `{self.name}': data up to index {end} after data up to index {start - 1}")
        self.written_data.append(SynchronizedUnit(start, end, data))
        self.last_written_data_index = end

    def isConnected(self) -> bool:
        """Tell whether anything would read the output."""
        return self.connected


class DatabaseTester:
    """Runs a view with its outputs connected in several ways, and checks that they stay synchronized.

    The view has ``setup(root_folder, outputs, parameters)``, ``next()``, which writes to the outputs, and
    ``done(last_data_index)``; the views of today (`beat.backend.python.database.View`) have no such interface.

    Parameters
    ----------
    name
        Shown, and names the file of the chart of all outputs: ``<name>.txt`` with underscores for blanks.
    view_class
        Class of the view.
    outputs_declaration
        Output name -> data format name.
    parameters
        Parameters of the view.
    irregular_outputs
        Outputs whose units have different lengths.
    all_combinations
        Whether each subset of outputs is tried, not only all of them together.

    Raises
    ------
    OutputError
        When an output misses data or has too much, or the outputs do not end together.
    """

    def __init__(
        self,
        name: str,
        view_class: type[Any],
        outputs_declaration: Mapping[str, str],
        parameters: Mapping[str, Any],
        irregular_outputs: Iterable[str] = (),
        all_combinations: bool = True,
    ) -> None:
        self.name = name
        self.view_class = view_class
        self.outputs_declaration = outputs_declaration
        self.parameters = parameters
        self.irregular_outputs = set(irregular_outputs)
        self.intervals = self.determine_regular_intervals()
        for connected in self._combinations(all_combinations):
            self.run(connected)

    def _combinations(self, all_combinations: bool) -> Iterator[tuple[str, ...]]:
        names = tuple(self.outputs_declaration)
        for size in range(1 if all_combinations else len(names), len(names) + 1):
            yield from combinations(names, size)

    def _start(self, connected: Iterable[str]) -> tuple[Any, list[MockOutput]]:
        """Set up a new view; give it and its connected outputs."""
        outputs = [MockOutput(name, name in connected) for name in self.outputs_declaration]
        listed = OutputList()
        for output in outputs:
            listed.add(output)  # type: ignore[arg-type]  # it has the members of an output that views use
        view = self.view_class()
        view.setup("", listed, dict(self.parameters))
        return view, [output for output in outputs if output.connected]

    def determine_regular_intervals(self) -> dict[str, int]:
        """Learn from one step how many data indices a unit of each regular output covers."""
        view, outputs = self._start(self.outputs_declaration)
        view.next()
        regular = [output for output in outputs if output.name not in self.irregular_outputs]
        for output in regular:
            if not output.written_data:
                raise OutputError(f"output `{output.name}' has no data after the first step")
        return {output.name: output.last_written_data_index + 1 for output in regular}

    def run(self, connected: Iterable[str]) -> None:
        """Run the view to its end with these outputs connected, and check what it writes."""
        view, outputs = self._start(connected)
        print(f"Testing '{self.name}', with {len(outputs)} output(s): {', '.join(output.name for output in outputs)}")
        while not all(view.done(output.last_written_data_index) for output in outputs):
            before = min(output.last_written_data_index for output in outputs)
            view.next()
            if min(output.last_written_data_index for output in outputs) <= before:
                raise OutputError(f"a step of the view leaves an output without data at index {before + 1}")
            for output in outputs:
                self._check_intervals(output)
        self._check_ends(outputs)
        for output in outputs:
            print(f"  - {output.name}: {len(output.written_data)} data")
        if len(outputs) == len(self.outputs_declaration):
            Path(self.name.replace(" ", "_") + ".txt").write_text(_chart(outputs), encoding="utf-8")

    def _check_intervals(self, output: MockOutput) -> None:
        unit = output.written_data[-1]
        length = self.intervals.get(output.name)
        if length is not None and unit.end - unit.start + 1 != length:
            text = f"output `{output.name}': data from index {unit.start} to {unit.end}, {length} indices were expected"
            raise OutputError(text)

    def _check_ends(self, outputs: list[MockOutput]) -> None:
        ends = {output.name: output.last_written_data_index for output in outputs}
        if len(set(ends.values())) != 1:
            raise OutputError(f"the outputs do not end together: {ends}")


def _chart(outputs: Iterable[MockOutput]) -> str:
    """Draw the units of each output on one axis: ``[--][--]``, two characters for each data index."""
    lines = []
    for output in outputs:
        units = ("[" + "-" * (2 * (unit.end - unit.start)) + "]" for unit in output.written_data)
        lines += [output.name, "".join(units), ""]
    return "\n".join(lines)
