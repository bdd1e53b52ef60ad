"""Inputs of algorithms that go through their data in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from .named import pick
from .outputs import SynchronizationListener
from .sources import DataSource

_T = TypeVar("_T")


def first(iterable: Iterable[_T], default: _T | None = None) -> _T | None:
    """Give the first item, or the default when there is none."""
    return next(iter(iterable), default)


class Input:
    """One input of an algorithm: the current unit of its data source.

    Parameters
    ----------
    name
        Name of the input.
    data_format
        Name of the data format.
    data_source
        Where the data comes from.

    Attributes
    ----------
    group : InputGroup or None
        The group it has been added to.
    data
        The current data.
    data_index, data_index_end : int
        First and last data index of the current unit; -1 before the first one.
    next_data_index : int
        Position of the next unit in the source.
    data_same_as_previous : bool
        Whether the last step of the group left `data` as it was.
    nb_data_blocks_read : int
        Number of units read.
    """

    def __init__(self, name: str, data_format: str, data_source: DataSource) -> None:
        self.group: InputGroup | None = None
        self.name = str(name)
        self.data: Any = None
        self.data_index = -1
        self.data_index_end = -1
        self.next_data_index = 0
        self.data_same_as_previous = True
        self.data_format = data_format
        self.nb_data_blocks_read = 0
        self.data_source = data_source

    def isDataUnitDone(self) -> bool:
        """Tell whether the current unit ends with the current step of the group."""
        group: Any = self.group
        group_end: int = group.last_data_index
        if group_end == -1 and self.data_index_end >= 0:  # stepped by itself, not by the group
            return True
        return self.data_index_end == group_end

    def hasMoreData(self) -> bool:
        """Tell whether there is a next unit."""
        return self.next_data_index < len(self.data_source)

    def hasDataChanged(self) -> bool:
        """Tell whether the last step of the group brought new data."""
        return not self.data_same_as_previous

    def next(self) -> None:
        """Go to the next unit.

        Raises
        ------
        RuntimeError
            When the platform steps the group, not the algorithm, or there is no more data.
        """
        group: Any = self.group
        if group.restricted_access:
            raise RuntimeError("Not authorized")
        position = self.next_data_index
        if position >= len(self.data_source):
            raise RuntimeError(f"channel `{group.channel}', input `{self.name}': there is no more data")
        # Only positions beyond the last one have no indices.
        self.data, self.data_index, self.data_index_end = self.data_source[position]  # type: ignore[assignment]
        self.data_same_as_previous = False
        self.next_data_index = position + 1
        self.nb_data_blocks_read += 1


class InputGroup:
    """Inputs of one channel, stepped together: a step ends where the first unit of any of them ends.

    Parameters
    ----------
    channel
        Name of the channel.
    synchronization_listener
        Is told the interval of each step.
    restricted_access
        Whether only the platform steps the group.

    Attributes
    ----------
    data_index, data_index_end : int
        First and last data index of all current units.
    first_data_index, last_data_index : int
        The interval of the current step: common to all current units.
    """

    def __init__(
        self,
        channel: str,
        synchronization_listener: SynchronizationListener | None = None,
        restricted_access: bool = True,
    ) -> None:
        self._inputs: list[Input] = []
        self._by_name: dict[str, Input] = {}
        self.data_index = -1
        self.data_index_end = -1
        self.first_data_index = -1
        self.last_data_index = -1
        self.channel = str(channel)
        self.synchronization_listener = synchronization_listener
        self.restricted_access = restricted_access

    def __getitem__(self, key: Any) -> Any:
        """Give an input by name or position, ``None`` if there is none; a list for a slice."""
        return pick(key, self._inputs, self._by_name)

    def __iter__(self) -> Iterator[Input]:
        return iter(self._inputs)

    def __len__(self) -> int:
        return len(self._inputs)

    def add(self, input: Input) -> None:
        """Add an input."""
        input.group = self
        self._inputs.append(input)
        self._by_name.setdefault(input.name, input)

    def hasMoreData(self) -> bool:
        """Tell whether any of the inputs has more data."""
        return any([input.hasMoreData() for input in self._inputs])  # noqa: C419 - a list is faster, at each step

    def next(self) -> None:
        """Go on to where the first of the current units ends; the inputs that end there get new data.

        Raises
        ------
        RuntimeError
            When the platform steps the group, not the algorithm, or one of these inputs has no more data.
        IndexError
            When there are no inputs.
        """
        if self.restricted_access:
            raise RuntimeError("Not authorized")
        inputs = self._inputs
        if not inputs:
            raise IndexError(f"channel `{self.channel}' has no inputs")
        if len(inputs) == 1:
            only = inputs[0]
            only.next()
            self.data_index = self.first_data_index = only.data_index
            self.data_index_end = self.last_data_index = only.data_index_end
        else:
            done = min([input.data_index_end for input in inputs])
            for input in inputs:
                if input.data_index_end == done:
                    input.next()
                else:
                    input.data_same_as_previous = True
            starts = [input.data_index for input in inputs]
            ends = [input.data_index_end for input in inputs]
            self.data_index, self.first_data_index = min(starts), max(starts)
            self.data_index_end, self.last_data_index = max(ends), min(ends)
        if self.synchronization_listener is not None:
            self.synchronization_listener.onIntervalChanged(self.first_data_index, self.last_data_index)


class InputList:
    """All inputs of an algorithm, by group.

    Attributes
    ----------
    main_group : InputGroup or None
        The first group that the platform steps.
    """

    def __init__(self) -> None:
        self._groups: list[InputGroup] = []
        self.main_group: InputGroup | None = None

    def add(self, group: InputGroup) -> None:
        """Add a group."""
        if group.restricted_access and self.main_group is None:
            self.main_group = group
        self._groups.append(group)

    def __getitem__(self, key: Any) -> Any:
        """Give an input by name or position, ``None`` if there is none; a list for a slice."""
        if not isinstance(key, str):
            return pick(key, list(self), {})
        group = self.groupOf(key)
        return None if group is None else group._by_name[key]

    def __iter__(self) -> Iterator[Input]:
        return (input for group in self._groups for input in group)

    def __len__(self) -> int:
        return sum(map(len, self._groups))

    def nbGroups(self) -> int:
        """Give the number of groups."""
        return len(self._groups)

    def groupOf(self, input_name: str) -> InputGroup | None:
        """Give the group of an input, ``None`` if there is none."""
        for group in self._groups:
            if input_name in group._by_name:
                return group
        return None

    def hasMoreData(self) -> bool:
        """Tell whether any of the groups has more data."""
        return any(group.hasMoreData() for group in self._groups)

    def group(self, name_or_index: Any) -> InputGroup | None:
        """Give a group by its channel, ``None`` if there is none, or by its position.

        Raises
        ------
        IndexError
            When the position is beyond the end.
        """
        if isinstance(name_or_index, str):
            return first(group for group in self._groups if group.channel == name_or_index)
        if isinstance(name_or_index, int):
            return self._groups[name_or_index]
        return None
