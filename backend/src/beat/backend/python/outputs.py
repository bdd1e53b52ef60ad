"""Outputs of algorithms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .dataobjects import make_object
from .named import pick
from .sinks import DataSink
from .sources.remote import answer_of

if TYPE_CHECKING:
    import zmq


class SynchronizationListener:
    """Carries the interval of the current step from the inputs to the outputs.

    Attributes
    ----------
    data_index_start, data_index_end : int
        The interval; -1 before the first step.
    """

    def __init__(self) -> None:
        self.data_index_start = -1
        self.data_index_end = -1

    def onIntervalChanged(self, data_index_start: int, data_index_end: int) -> None:
        """Take note of the next step."""
        self.data_index_start = data_index_start
        self.data_index_end = data_index_end


class Output:
    """One output of an algorithm; each unit begins where the one before ended.

    Parameters
    ----------
    name
        Name of the output.
    data_sink
        Where the data goes to.
    synchronization_listener
        Knows the interval of the current step; ``None`` when there are no steps.
    force_start_index
        Data index of the first unit.

    Attributes
    ----------
    last_written_data_index : int
        End of the last unit.
    nb_data_blocks_written : int
        Number of units.
    """

    def __init__(
        self,
        name: str,
        data_sink: DataSink,
        synchronization_listener: SynchronizationListener | None = None,
        force_start_index: int = 0,
    ) -> None:
        self.name = str(name)
        self.last_written_data_index = force_start_index - 1
        self.nb_data_blocks_written = 0
        self.data_sink = data_sink
        self._synchronization_listener = synchronization_listener

    def _dataformat(self) -> Any:
        dataformat = getattr(self.data_sink, "dataformat", None)
        if dataformat is None:
            raise RuntimeError(f"output `{self.name}': its data sink has no data format")
        return dataformat

    def _createData(self) -> Any:
        """Make an object of the data format of the sink, with defaults."""
        return self._dataformat().type()

    def write(self, data: Any, end_data_index: int | None = None) -> None:
        """Write a unit.

        Parameters
        ----------
        data
            An object of the data format, or a mapping of all its fields; numbers are converted only when that is safe.
        end_data_index
            Last data index of the unit; without it the end of the current step, or (without steps) a single index.

        Raises
        ------
        KeyError
            When the unit would end before it begins, or after the current step.
        TypeError, ValueError, AttributeError
            When the data does not fit the data format.
        """
        start = self.last_written_data_index + 1
        listener = self._synchronization_listener
        if end_data_index is None:
            end_data_index = start if listener is None else listener.data_index_end
        elif listener is not None and end_data_index > listener.data_index_end:
            raise KeyError(
                f"output `{self.name}': the index {end_data_index} lies after the current step, "
                f"which ends at {listener.data_index_end}"
            )
        if end_data_index < start:
            raise KeyError(
                f"output `{self.name}': a unit that ends at {end_data_index} cannot be written: "
                f"everything up to {start - 1} has been"
            )
        if isinstance(data, dict):
            data = make_object(self._dataformat(), data, "safe")
        self.data_sink.write(data, start, end_data_index)
        self.last_written_data_index = end_data_index
        self.nb_data_blocks_written += 1

    def isDataMissing(self) -> bool:
        """Tell whether nothing has been written for the end of the current step."""
        listener = self._synchronization_listener
        return listener is not None and listener.data_index_end != self.last_written_data_index

    def isConnected(self) -> bool:
        """Tell whether someone wants the data."""
        return self.data_sink.isConnected()

    def close(self) -> None:
        """End the writing."""
        self.data_sink.close()


class RemotelySyncedOutput(Output):
    """An output that tells another process of each unit and waits until it has taken note.

    Parameters
    ----------
    socket
        The link to that process. The other parameters are those of `Output`.
    """

    def __init__(
        self,
        name: str,
        data_sink: DataSink,
        socket: zmq.Socket[bytes],
        synchronization_listener: SynchronizationListener | None = None,
        force_start_index: int = 0,
    ) -> None:
        super().__init__(name, data_sink, synchronization_listener, force_start_index)
        self.socket = socket

    def write(self, data: Any, end_data_index: int | None = None) -> None:
        """Write a unit, see `Output.write`, and tell the other process.

        Raises
        ------
        RemoteException
            When the other process reports an error.
        """
        super().write(data, end_data_index)
        self.socket.send_multipart([b"wrt", self.name.encode(), str(end_data_index).encode()])
        answer_of(self.socket)


class OutputList:
    """All outputs of an algorithm."""

    def __init__(self) -> None:
        self._outputs: list[Output] = []
        self._by_name: dict[str, Output] = {}

    def __getitem__(self, key: Any) -> Any:
        """Give an output by name or position, ``None`` if there is none; a list for a slice."""
        return pick(key, self._outputs, self._by_name)

    def __iter__(self) -> Iterator[Output]:
        return iter(self._outputs)

    def __len__(self) -> int:
        return len(self._outputs)

    def add(self, output: Output) -> None:
        """Add an output."""
        self._outputs.append(output)
        self._by_name.setdefault(output.name, output)
