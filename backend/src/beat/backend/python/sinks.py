"""Data sinks: where outputs write to."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from time import perf_counter
from typing import Any

import simplejson

from .baseformat import baseformat
from .cachefile import PieceWriter, piece_path
from .dataformat import DataFormat
from .dataobjects import make_object
from .exceptions import CacheError
from .jsonio import NumpyJSONEncoder

logger = logging.getLogger(__name__)

_ENCODINGS = ("binary", "json")


def _json_parts(data: Any) -> list[bytes | memoryview]:
    # Data may have what declarations must not: NaN and infinities, written as Python's own parser reads them.
    text = simplejson.dumps(baseformat.as_dict(data), indent=4, cls=NumpyJSONEncoder, allow_nan=True)
    return [text.encode()]


class DataSink:
    """What an output asks of its sink."""

    def write(self, data: Any, start_data_index: int, end_data_index: int) -> None:
        """Write the data that is valid for a closed range of data indices."""

    def isConnected(self) -> bool:
        """Tell whether someone wants the data."""
        return False

    def close(self) -> bool:
        """End the writing; tell whether that went well."""
        return True

    def statistics(self) -> tuple[int, float]:
        """Give the number of bytes written and the seconds it took."""
        return 0, 0.0


class StdoutDataSink(DataSink):
    """Prints what is written.

    Attributes
    ----------
    dataformat : DataFormat or None
        The data format of the output.
    prefix : str
        Begins each line.
    display_data : bool
        Whether the values are shown.
    """

    def __init__(self) -> None:
        self.dataformat: DataFormat | None = None
        self.prefix = ""
        self.display_data = True

    def setup(self, dataformat: DataFormat, prefix: str | None = None, display_data: bool = True) -> None:
        """Prepare for data of a format; a blank is put behind the prefix."""
        self.dataformat = dataformat
        self.prefix = f"{prefix} " if prefix else ""
        self.display_data = display_data

    def write(self, data: Any, start_data_index: int, end_data_index: int) -> None:
        """Print one line."""
        shown = str(data) if self.display_data else "<data>"
        print(f"{self.prefix}({start_data_index} -> {end_data_index}): {shown}")

    def isConnected(self) -> bool:
        """Tell that someone wants the data."""
        return True


class CachedDataSink(DataSink):
    """Writes one piece of an entry of the cache; its files appear at `close`, all or none.

    Attributes
    ----------
    filename : str or None
        The data file: ``<stem>.<start>.<end>.data``.
    encoding : str or None
        How data is written: ``binary`` or ``json``.
    dataformat : DataFormat or None
        The data format of the output.
    start_index, end_index : int or None
        The range that is to be written.
    data_file, index_file : io.FileIO or None
        What is written to at present.
    last_written_data_index : int or None
        The end of what has been written.
    nb_bytes_written : int
        Bytes of units and index.
    write_duration : float
        Seconds spent writing.
    """

    _writer: PieceWriter | None = None

    def __init__(self) -> None:
        self.filename: str | None = None
        self.encoding: str | None = None
        self.dataformat: DataFormat | None = None
        self.start_index: int | None = None
        self.end_index: int | None = None
        self.last_written_data_index: int | None = None
        self.nb_bytes_written = 0
        self.write_duration = 0.0
        self._writer = None
        self._type: type[baseformat] | None = None
        self._pack_parts: Callable[[Any], list[bytes | memoryview]] = _json_parts

    @property
    def data_file(self) -> Any:
        """The open data file, under its temporary name."""
        return self._writer and self._writer.data.file

    @property
    def index_file(self) -> Any:
        """The open index, under its temporary name."""
        return self._writer and self._writer.index.file

    def setup(
        self,
        filename: str | os.PathLike[str],
        dataformat: DataFormat,
        start_index: int,
        end_index: int,
        encoding: str = "binary",
    ) -> bool:
        """Open the files; what was open before is closed.

        Parameters
        ----------
        filename
            Name of the entry, with the extension ``.data``; its folder must exist.
        start_index, end_index
            The range that will be written.
        encoding
            ``binary`` or ``json``.

        Returns
        -------
        bool
            ``False`` when the files cannot be made.

        Raises
        ------
        RuntimeError
            When the encoding is unknown, or the data format has no name.
        """
        self.close()
        if encoding not in _ENCODINGS:
            raise RuntimeError(f"unknown encoding `{encoding}': binary and json can be written")
        if dataformat.name == "__unnamed_dataformat__":
            raise RuntimeError(f"the data format of `{os.fspath(filename)}' has no name: readers could not find it")
        self.filename = piece_path(filename, start_index, end_index)
        self.encoding = encoding
        self.dataformat = dataformat
        self.start_index, self.end_index = start_index, end_index
        self.last_written_data_index = None
        self.nb_bytes_written, self.write_duration = 0, 0.0
        self._type = dataformat.type
        self._pack_parts = dataformat.codec.pack_parts if encoding == "binary" else _json_parts
        try:
            self._writer = PieceWriter(os.fspath(filename), start_index, end_index, encoding, dataformat.name)
        except OSError as error:
            logger.error("cannot write `%s': %s", self.filename, error.strerror)
            return False
        return True

    def write(self, data: Any, start_data_index: int, end_data_index: int) -> None:
        """Write one unit.

        Parameters
        ----------
        data
            An object of the data format, or a mapping of its fields (missing ones get defaults).

        Raises
        ------
        RuntimeError
            When nothing has been set up.
        TypeError
            When `data` is of another format.
        AttributeError
            When a key of the mapping is no field.
        CacheError
            When the disk is full, for example; then nothing remains of what has been written.
        """
        began = perf_counter()
        writer = self._writer
        if writer is None:
            raise RuntimeError("nothing to write to: setup() comes first, and nothing comes after close()")
        if type(data) is not self._type:
            data = self._convert(data)
        parts = self._pack_parts(data)
        try:
            self.nb_bytes_written += writer.add(start_data_index, end_data_index, parts)
        except (OSError, KeyboardInterrupt) as error:
            self._writer = None
            writer.discard()
            raise self._failure(error) if isinstance(error, OSError) else error from None
        self.last_written_data_index = end_data_index
        self.write_duration += perf_counter() - began

    def _convert(self, data: Any) -> Any:
        dataformat = self.dataformat
        assert dataformat is not None
        if isinstance(data, dict):
            return make_object(dataformat, data, "unsafe", add_defaults=True)
        name = getattr(type(data), "_name", None)
        if name != dataformat.name:
            what = f"of the data format `{name}'" if name else f"`{type(data).__name__}'"
            raise TypeError(f"an object {what} cannot be written as `{dataformat.name}'")
        return data

    def _failure(self, error: OSError) -> CacheError:
        return CacheError(error.errno, f"cannot write the output: {error.strerror}", self.filename)

    def close(self) -> bool:
        """End the writing: the files appear if everything up to the end of the range has been written.

        Returns
        -------
        bool
            Always true: what is not complete is removed, with a warning.

        Raises
        ------
        CacheError
            When the disk is full, for example; then nothing remains of what has been written.
        """
        writer, self._writer = self._writer, None
        if writer is None or self.end_index is None:
            return True
        last = self.last_written_data_index
        if last is None or last < self.end_index:
            writer.discard()
            done = "nothing has been written" if last is None else f"the last index written is {last}"
            logger.warning("`%s' is not complete and was removed: %s", self.filename, done)
            return True
        began = perf_counter()
        try:
            writer.commit()
        except OSError as error:
            raise self._failure(error) from error
        self.write_duration += perf_counter() - began
        return True

    def discard(self) -> None:
        """End the writing and keep nothing of it: for when whoever writes has failed."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.discard()

    def __del__(self) -> None:
        try:
            self.close()
        except Exception:
            logger.exception("`%s' could not be completed", self.filename)

    def isConnected(self) -> bool:
        """Tell whether the sink has been set up."""
        return self.filename is not None

    def statistics(self) -> tuple[int, float]:
        """Give the number of bytes written and the seconds it took."""
        return self.nb_bytes_written, float(self.write_duration)
