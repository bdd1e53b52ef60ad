"""Data loaders: inputs of algorithms that go through their data in any order."""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Sequence
from typing import Any

from .intervals import Interval, clip, inside, mixDataIndices
from .named import pick
from .sources import DataSource
from .sources.base import NO_UNIT, Unit

#: What is held of an input before the first read, and in a gap between its units.
_NOTHING: tuple[Any, int, int] = (None, -1, -1)


class _Synchronized:
    """Units of several inputs over common intervals: what loaders and views have in common.

    Attributes
    ----------
    infos : dict
        Input name -> ``data_source``, ``data_indices`` (intervals of its units), and the unit that was read last:
        ``data``, ``start_index`` and ``end_index``.
    nb_data_units : int
        Number of the common intervals.
    data_index_start, data_index_end : int
        What they cover; -1 when there are none.
    """

    def __init__(self) -> None:
        self.infos: dict[str, dict[str, Any]] = {}
        # The unit of each input that was read last. Threads may share a loader: they see one unit or another, not
        # parts of both, as they could in `infos`, which shows the same for clients.
        self._read: dict[str, tuple[Any, int, int]] = {}
        self._cover([])

    def _cover(self, intervals: Sequence[Interval]) -> None:
        self._intervals = intervals
        self.nb_data_units = len(intervals)
        self.data_index_start = intervals[0][0] if intervals else -1
        self.data_index_end = intervals[-1][1] if intervals else -1

    def __getitem__(self, index: int) -> Unit:
        """Give ``({input name: data}, start, end)`` of a common interval, a triple of ``None`` if there is none."""
        if not 0 <= index < self.nb_data_units:
            return NO_UNIT
        start, end = self._intervals[index]
        data = {}
        for name, infos in self.infos.items():
            unit = self._read.get(name, _NOTHING)
            if start < unit[1] or unit[2] < start:
                found = infos["data_source"].getAtDataIndex(start)
                unit = self._read[name] = _NOTHING if found[1] is None else found
                infos["data"], infos["start_index"], infos["end_index"] = unit
            data[name] = unit[0]
        return data, start, end

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the data that was read last: its classes cannot be pickled."""
        state = self.__dict__.copy()
        state["_read"] = {}
        state["infos"] = {
            name: _unread(infos["data_source"], infos["data_indices"]) for name, infos in self.infos.items()
        }
        return state


def _unread(data_source: DataSource, data_indices: Sequence[Interval]) -> dict[str, Any]:
    return {
        "data_source": data_source,
        "data_indices": data_indices,
        "data": None,
        "start_index": -1,
        "end_index": -1,
    }


class DataView(_Synchronized):
    """A part of a data loader.

    Parameters
    ----------
    data_loader
        The whole.
    data_indices
        The common intervals of the part.

    Attributes
    ----------
    data_indices : list
        The common intervals.
    """

    def __init__(self, data_loader: DataLoader, data_indices: Sequence[Interval]) -> None:
        super().__init__()
        self.data_indices = data_indices
        self._cover(data_indices)
        start, end = self.data_index_start, self.data_index_end
        for name, infos in data_loader.infos.items():
            units = clip(data_loader._ends_of(name), start, end) if data_indices else []
            self.infos[name] = _unread(infos["data_source"], units)

    def count(self, input_name: str | None = None) -> int | None:
        """Give the number of common intervals, or of those of one input; ``None`` for an unknown input."""
        if input_name is None:
            return self.nb_data_units
        infos = self.infos.get(input_name)
        return None if infos is None else len(infos["data_indices"])


class DataLoader(_Synchronized):
    """Inputs of one channel, to be read in any order.

    Parameters
    ----------
    channel
        Name of the channel.

    Attributes
    ----------
    mixed_data_indices : list or None
        The common intervals; ``None`` before the first input.
    """

    def __init__(self, channel: str) -> None:
        super().__init__()
        self.channel = str(channel)
        self.mixed_data_indices: list[Interval] | None = None
        self._ends: dict[str | None, list[int]] = {}

    def reset(self) -> None:
        """Release what the data sources hold for reading."""
        for infos in self.infos.values():
            infos["data_source"].reset()

    def add(self, input_name: str, data_source: DataSource) -> None:
        """Add an input."""
        data_indices = data_source.data_indices()
        if self.mixed_data_indices is None or input_name in self.infos:
            others = [infos["data_indices"] for name, infos in self.infos.items() if name != input_name]
        else:
            others = [self.mixed_data_indices]
        self.infos[input_name] = _unread(data_source, data_indices)
        self._read.pop(input_name, None)
        self.mixed_data_indices = mixDataIndices([*others, data_indices])
        self._cover(self.mixed_data_indices)
        self._ends = {}

    def _ends_of(self, input_name: str | None) -> list[int]:
        """List where the units of an input end, or the common intervals; put off until the first view."""
        if input_name not in self._ends:
            intervals = self._intervals if input_name is None else self.infos[input_name]["data_indices"]
            self._ends[input_name] = sorted({end for _, end in intervals})
        return self._ends[input_name]

    def input_names(self) -> KeysView[str]:
        """Name the inputs."""
        return self.infos.keys()

    def count(self, input_name: str | None = None) -> int:
        """Give the number of common intervals, or of the units of one input; 0 for an unknown input."""
        if input_name is None:
            return self.nb_data_units
        infos = self.infos.get(input_name)
        return 0 if infos is None else len(infos["data_indices"])

    def view(self, input_name: str, index: int) -> DataView | None:
        """Give what lies inside a unit of an input, ``None`` if there is no such unit."""
        infos = self.infos.get(input_name)
        if infos is None or not 0 <= index < len(infos["data_indices"]):
            return None
        return DataView(self, inside(self._intervals, self._ends_of(None), *infos["data_indices"][index]))


class DataLoaderList:
    """All data loaders of an algorithm.

    Attributes
    ----------
    main_loader : DataLoader or None
        The first one.
    """

    def __init__(self) -> None:
        self._loaders: list[DataLoader] = []
        self._by_channel: dict[str, DataLoader] = {}
        self.main_loader: DataLoader | None = None

    def add(self, data_loader: DataLoader) -> None:
        """Add a data loader."""
        if self.main_loader is None:
            self.main_loader = data_loader
        self._loaders.append(data_loader)
        self._by_channel.setdefault(data_loader.channel, data_loader)

    def __getitem__(self, key: Any) -> Any:
        """Give a data loader by its channel or position, ``None`` if there is none."""
        return pick(key, self._loaders, self._by_channel)

    def __iter__(self) -> Iterator[DataLoader]:
        return iter(self._loaders)

    def __len__(self) -> int:
        return len(self._loaders)

    def loaderOf(self, input_name: str) -> DataLoader | None:
        """Give the data loader of an input, ``None`` if there is none."""
        return next((loader for loader in self._loaders if input_name in loader.infos), None)

    def secondaries(self) -> DataLoaderList:
        """List all but the main data loader."""
        others = DataLoaderList()
        for loader in self._loaders:
            if loader is not self.main_loader:
                others.add(loader)
        others.main_loader = None
        return others
