"""Data that the views of databases make."""

from __future__ import annotations

import os
from collections.abc import Mapping
from time import perf_counter
from typing import Any, Protocol

from .. import viewindex
from ..dataformat import DataFormat
from ..dataobjects import make_object, valid_dataformat
from .base import NO_UNIT, DataSource, Interval, Unit


class ViewRunner(Protocol):
    """What a data source asks of a view (see ``views.Runner``)."""

    def objects(self) -> list[Any]:
        """Give the entries that the view kept in its set-up."""

    def get(self, output: str, index: int) -> Any:
        """Give the data of an output for an entry."""

    def get_output_mapping(self, output: str) -> str:
        """Name the field of the entries that holds an output."""


def load_data_index_db(cache_root: str | os.PathLike[str], hash_path: str) -> list[list[int]] | None:
    """Read where the units of each output in the index of a set begin.

    Parameters
    ----------
    hash_path
        Name of the index below `cache_root`, with the extension ``.db``.

    Returns
    -------
    list
        For each key of the entries, in their order, the data indices where its value changes, then the number of
        entries; ``None`` when there is no such file.
    """
    try:
        return viewindex.boundaries(f"{os.fspath(cache_root)}/{hash_path}")
    except FileNotFoundError:
        return None


class DatabaseOutputDataSource(DataSource):
    """Reads one output of a view; equal neighbours among the entries make one unit.

    Attributes
    ----------
    prefix : str or None
        Folder of all declared objects.
    dataformat : DataFormat or None
        The data format of the output.
    view : ViewRunner or None
        The view.
    output_name : str or None
        The output.
    pack : bool
        Whether reading gives packed bytes in place of objects.
    """

    def __init__(self) -> None:
        super().__init__()
        self.prefix: str | None = None
        self.dataformat: DataFormat | None = None
        self.view: ViewRunner | None = None
        self.output_name: str | None = None
        self.pack = True
        self._positions: list[int] = []

    def setup(
        self,
        view: ViewRunner,
        output_name: str,
        dataformat_name: str,
        prefix: str | os.PathLike[str],
        start_index: int | None = None,
        end_index: int | None = None,
        pack: bool = False,
        dataformats: Mapping[str, DataFormat] | None = None,
    ) -> bool:
        """Find the units of an output.

        Data indices count from the beginning of the set, whatever the range. A view that kept the entries of the
        range only has its units cut to it; of one that kept all entries the units within the range are taken.

        Parameters
        ----------
        start_index, end_index
            The closed range that the view has been set up for; ``None`` is no limit.
        dataformats
            Data formats loaded before, by their names; one that is missing there is loaded.

        Raises
        ------
        RuntimeError
            When the data format is not valid.
        AttributeError
            When the entries have no field for the output.
        """
        self.prefix = os.fspath(prefix)
        self.view = view
        self.output_name = output_name
        self.pack = pack
        self.read_duration, self.nb_bytes_read = 0, 0
        self.dataformat = valid_dataformat(self.prefix, dataformat_name, dataformats)

        entries = view.objects()
        field = view.get_output_mapping(output_name)
        try:
            column = [getattr(entry, field) for entry in entries]
        except AttributeError as error:
            remedy = "let index() give one, or name another in output_member_map; then index the database again"
            raise AttributeError(f"output `{output_name}': {error}; {remedy}") from error
        starts = viewindex.unit_starts(column)
        units = list(zip(starts, [*(start - 1 for start in starts[1:]), len(entries) - 1], strict=bool(starts)))
        if _is_sliced(view, len(entries), start_index, end_index):
            offset = start_index or 0
        else:
            offset = 0
            units = [
                (first, last)
                for first, last in units
                if (start_index is None or first >= start_index) and (end_index is None or last <= end_index)
            ]
        self._positions = [first for first, _ in units]
        self.infos = [Interval(offset + first, offset + last) for first, last in units]
        self.ready = True
        return True

    def __getitem__(self, index: int) -> Unit:
        infos = self.infos
        if not 0 <= index < len(infos):
            return NO_UNIT
        view, dataformat, output = self.view, self.dataformat, self.output_name
        assert view is not None and dataformat is not None and output is not None, "used before its set-up"
        began = perf_counter()
        data = view.get(output, self._positions[index])
        self.read_duration += perf_counter() - began
        if isinstance(data, dict):
            data = make_object(dataformat, data, "safe")
        if self.pack:
            data = dataformat.codec.pack(data)
            self.nb_bytes_read += len(data)
        start, end = infos[index]
        return data, start, end


def _is_sliced(view: ViewRunner, kept: int, start_index: int | None, end_index: int | None) -> bool:
    """Tell whether a view kept the entries of its range only, as views do that leave ``setup`` to their base class."""
    total: int = getattr(view, "nb_entries", 0)
    if total:
        return kept != total
    return end_index is None or kept <= end_index - (start_index or 0) + 1
