"""The files of the cache: their names, their grammar, and how they appear and are checked.

An entry of the cache with the stem ``<stem>`` consists of one or more *pieces*; the piece of the data indices S to E
has four files::

    <stem>.S.E.data              header and units
    <stem>.S.E.index             one line "start end" for each unit
    <stem>.S.E.data.checksum     SHA-256 of the first, in hexadecimal
    <stem>.S.E.index.checksum    SHA-256 of the second

    data   = encoding LF format-name LF *unit
    unit   = start SP end SP size LF payload LF         (size counts the payload and its LF)

No other module knows this.
"""

from .digests import digest_of, verify
from .names import exists, getAllFilenames, piece_path, range_of, remove_unfinished
from .reading import Header, load_data_index, open_buffer, read_header
from .scanning import Columns, FileInfos, file_infos, scan_units
from .writing import PieceWriter

__all__ = [
    "Columns",
    "FileInfos",
    "Header",
    "PieceWriter",
    "digest_of",
    "exists",
    "file_infos",
    "getAllFilenames",
    "load_data_index",
    "open_buffer",
    "piece_path",
    "range_of",
    "read_header",
    "remove_unfinished",
    "scan_units",
    "verify",
]
