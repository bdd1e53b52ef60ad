"""What all data sources share."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Iterator
from operator import le
from typing import Any, NamedTuple

logger = logging.getLogger(__name__)

#: A piece of data with the first and the last data index it is valid for.
Unit = tuple[Any, int, int] | tuple[None, None, None]
NO_UNIT: Unit = (None, None, None)


class Interval(NamedTuple):
    """Data indices of a unit, both included."""

    start_index: int
    end_index: int


class DataSource:
    """An ordered list of units; lookups that find nothing give ``(None, None, None)``.

    Subclasses define ``__getitem__`` and fill `infos`, at once or in `_prepare`.

    Attributes
    ----------
    infos : list
        For each unit an object with ``start_index`` and ``end_index``.
    read_duration : float
        Seconds spent reading.
    nb_bytes_read : int
        Bytes read, as they are stored.
    ready : bool
        Whether `_prepare` has been called.
    """

    # On the class, because subclasses exist that do not call the constructor.
    infos: list[Any]
    read_duration: float = 0
    nb_bytes_read: int = 0
    ready: bool = False
    _searched: tuple[list[Any], list[int] | None] | None = None

    def __init__(self) -> None:
        self.infos = []
        self.read_duration = 0
        self.nb_bytes_read = 0
        self.ready = False

    def _prepare(self) -> None:
        """Do what had been put off until the first use."""
        self.ready = True

    def close(self) -> None:
        """Forget all units."""
        self.infos = []

    def reset(self) -> None:
        """Release what is held for reading; the source can be read again."""

    def __del__(self) -> None:
        try:
            self.close()
        except Exception:
            logger.warning("a data source could not be closed", exc_info=True)

    def __len__(self) -> int:
        if not self.ready:
            self._prepare()
        return len(self.infos)

    def __iter__(self) -> Iterator[Unit]:
        for index in range(len(self)):
            yield self[index]

    def __getitem__(self, index: int) -> Unit:
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__()")

    def first_data_index(self) -> int:
        """Give the first data index; ``IndexError`` when there are no units."""
        if not self.ready:
            self._prepare()
        first: int = self.infos[0].start_index
        return first

    def last_data_index(self) -> int:
        """Give the last data index; ``IndexError`` when there are no units."""
        if not self.ready:
            self._prepare()
        last: int = self.infos[-1].end_index
        return last

    def data_indices(self) -> list[tuple[int, int]]:
        """List the intervals of all units."""
        if not self.ready:
            self._prepare()
        return [(info.start_index, info.end_index) for info in self.infos]

    def getAtDataIndex(self, data_index: int) -> Unit:
        """Give the first unit that is valid for a data index."""
        if not self.ready:
            self._prepare()
        position = self._find(data_index)
        return NO_UNIT if position is None else self[position]

    def _find(self, data_index: int) -> int | None:
        """Find the position of the first unit that is valid for a data index."""
        infos = self.infos
        searched = self._searched
        if searched is None or searched[0] is not infos or (searched[1] is not None and len(searched[1]) != len(infos)):
            searched = self._searched = infos, _sorted_ends(infos)
        ends = searched[1]
        if ends is None:
            return next((i for i, info in enumerate(infos) if info.start_index <= data_index <= info.end_index), None)
        position = bisect_left(ends, data_index)
        if position < len(infos) and infos[position].start_index <= data_index:
            return position
        return None

    def statistics(self) -> tuple[int, float]:
        """Give the number of bytes read and the seconds it took."""
        return self.nb_bytes_read, float(self.read_duration)


def _sorted_ends(infos: list[Any]) -> list[int] | None:
    """List the last indices of all units; ``None`` when the units are not in order, so that none can be left out."""
    starts = [info.start_index for info in infos]
    ends = [info.end_index for info in infos]
    in_order = all(map(le, starts, starts[1:])) and all(map(le, ends, ends[1:]))
    return ends if in_order else None
