"""Data out of the cache."""

from __future__ import annotations

import json
import logging
import os
import struct
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from ..cachefile import FileInfos, file_infos, getAllFilenames, open_buffer, range_of, read_header, scan_units, verify
from ..dataformat import DataFormat
from ..dataobjects import make_object, stored_dataformat
from .base import NO_UNIT, DataSource, Unit

logger = logging.getLogger(__name__)

#: Files of one entry that are kept open together.
_MOST_OPEN = 16


class CachedDataSource(DataSource):
    """Reads an entry of the cache, in one or several files, in any order.

    Numeric arrays in the data are read-only views of the file.

    Attributes
    ----------
    filenames : list of str or None
        The data files in the order of their ranges.
    encoding : str or None
        How data is written: ``binary`` or ``json``.
    prefix : str or None
        Folder of all declared objects.
    dataformat : DataFormat or None
        The data format of the units.
    unpack : bool
        Whether reading gives objects; raw bytes, the line feed behind each unit included, otherwise.
    """

    _open: tuple[int | None, Any] = (None, None)
    _unpack_from: Callable[..., tuple[Any, int]] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.filenames: list[str] | None = None
        self.encoding: str | None = None
        self.prefix: str | None = None
        self.dataformat: DataFormat | None = None
        self.unpack = True
        self._buffers: dict[int, memoryview] = {}
        self._open = (None, None)

    @property
    def current_file(self) -> memoryview | None:
        """Content of the file that was read last."""
        buffer: memoryview | None = self._open[1]
        return buffer

    @property
    def current_file_index(self) -> int | None:
        """Position of that file in `filenames`."""
        return self._open[0]

    def setup(
        self,
        filename: str | os.PathLike[str],
        prefix: str | os.PathLike[str],
        start_index: int | None = None,
        end_index: int | None = None,
        unpack: bool = True,
        dataformats: Mapping[str, DataFormat] | None = None,
    ) -> bool:
        """Check the files of an entry and find their units.

        Parameters
        ----------
        filename
            Name of the entry, with the extension ``.data``.
        prefix
            Folder of all declared objects.
        start_index, end_index
            Leave out units that are not within this closed range; ``None`` is no limit.
        unpack
            Whether reading gives objects.
        dataformats
            Data formats loaded before, by their names; one that is missing there is loaded.

        Returns
        -------
        bool
            ``False`` when there is no such file, or it cannot be opened.

        Raises
        ------
        OSError
            When a file is unfinished, not what its checksum says or damaged, or one between others is missing.
        RuntimeError
            When a file has an unknown encoding, or a data format that is not valid or not that of the others.
        """
        self.close()
        self.prefix = os.fspath(prefix)
        self.unpack = unpack
        self.filenames = self.encoding = self.dataformat = self._unpack_from = None
        self.read_duration, self.nb_bytes_read = 0, 0
        data, _, checksums, _ = getAllFilenames(filename, start_index, end_index)
        if not data and not checksums:
            logger.warning("no data of `%s' for the range %s to %s", filename, start_index, end_index)
            return False
        unreadable = next((path for path in data if not os.access(path, os.R_OK)), None)
        if unreadable is not None:
            logger.warning("cannot open `%s'", unreadable)
            return False
        _check_files(data, checksums)
        infos: list[FileInfos] = []
        format_name = ""
        for file_index, path in enumerate(data):
            buffer = open_buffer(path)
            header = read_header(buffer, path)
            if file_index == 0:
                self.encoding, format_name = header.encoding, header.format_name
            elif (self.encoding, format_name) != (header.encoding, header.format_name):
                raise RuntimeError(
                    f"`{path}' holds `{header.format_name}' ({header.encoding}), "
                    f"but `{data[0]}' `{format_name}' ({self.encoding}): they are no pieces of one output"
                )
            infos += file_infos(file_index, scan_units(buffer, header.size, path), start_index, end_index)
        self.dataformat = stored_dataformat(self.prefix, format_name, data[0], dataformats)
        self.filenames = data
        self.infos = infos
        self.ready = True
        return True

    def __getitem__(self, index: int) -> Unit:
        infos = self.infos
        if not 0 <= index < len(infos):
            return NO_UNIT
        file_index, start, end, offset, size = infos[index]
        opened, buffer = self._open
        if opened != file_index:
            buffer = self._switch(file_index)
        self.nb_bytes_read += size
        if not self.unpack:
            began = perf_counter()
            data: Any = bytes(buffer[offset : offset + size])
            self.read_duration += perf_counter() - began
        elif self._unpack_from is not None:
            data, stop = self._unpack_from(buffer, offset)
            if stop > offset + size:
                raise struct.error(f"the data at the indices {start} to {end} of {self.filenames} is cut off")
        else:
            data = self._unpack_first(buffer[offset : offset + size])
        return data, start, end

    def _unpack_first(self, payload: memoryview) -> Any:
        """Unpack JSON, and the first of binary units: then it is known how."""
        assert self.dataformat is not None
        if self.encoding == "json":
            return make_object(self.dataformat, json.loads(bytes(payload)), "unsafe")
        self._unpack_from = self.dataformat.codec.unpack
        return self._unpack_from(payload)[0]

    def _switch(self, file_index: int) -> memoryview:
        """Make another file the current one."""
        buffer = self._buffers.get(file_index)
        if buffer is None:
            began = perf_counter()
            assert self.filenames is not None
            buffer = open_buffer(self.filenames[file_index])
            self.read_duration += perf_counter() - began
            if len(self._buffers) >= _MOST_OPEN:
                self._buffers.clear()
            self._buffers[file_index] = buffer
        self._open = file_index, buffer
        return buffer

    def reset(self) -> None:
        """Close the files; the next read opens them again."""
        self._buffers = {}
        self._open = (None, None)

    def close(self) -> None:
        """Close the files and forget the units."""
        self.reset()
        super().close()

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is open; only which file was is kept."""
        state = self.__dict__.copy()
        del state["_buffers"]
        state.pop("_searched", None)
        state.pop("_unpack_from", None)
        state["_open"] = self.current_file_index
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Open the file again that was open.

        Raises
        ------
        OSError
            When it is gone.
        """
        current = state.pop("_open")
        self.__dict__.update(state)
        self._buffers = {}
        if current is not None:
            self._switch(current)


def _check_files(data: list[str], checksums: list[str]) -> None:
    """See that the files of an entry are finished, intact and complete; ``OSError`` otherwise."""
    unpaired = {f"{path}.checksum" for path in data}.symmetric_difference(checksums)
    if unpaired:
        path = min(unpaired).removesuffix(".checksum")
        what = "has no checksum" if path in data else "is missing, only its checksum is there"
        raise OSError(f"`{path}' {what}: its run was interrupted; delete the files of this entry and run again")
    for path in data:
        if not verify(path):
            raise OSError(f"`{path}' is not what its checksum says: delete the files of this entry and run again")
    ranges = [range_of(path) for path in data]
    for (before, (_, end)), (after, (start, _)) in zip(
        zip(data, ranges, strict=True), zip(data[1:], ranges[1:], strict=True), strict=False
    ):
        if start != end + 1:
            what = "overlap" if start <= end else f"leave out the indices {end + 1} to {start - 1}"
            raise OSError(f"`{before}' and `{after}' {what}: delete the files of this entry and run again")
