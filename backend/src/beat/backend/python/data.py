"""Reading and writing data, under the name that clients import."""

from .algorithm import Algorithm
from .cachefile import FileInfos, getAllFilenames, load_data_index
from .dataformat import DataFormat
from .exceptions import RemoteException
from .hash import hashFileContents
from .intervals import _foundCommonIndices, foundSplitRanges, mixDataIndices
from .sinks import CachedDataSink, DataSink, StdoutDataSink
from .sources import CachedDataSource, DatabaseOutputDataSource, DataSource, RemoteDataSource, load_data_index_db

__all__ = [
    "Algorithm",
    "CachedDataSink",
    "CachedDataSource",
    "DataFormat",
    "DataSink",
    "DataSource",
    "DatabaseOutputDataSource",
    "FileInfos",
    "RemoteDataSource",
    "RemoteException",
    "StdoutDataSink",
    "_foundCommonIndices",
    "foundSplitRanges",
    "getAllFilenames",
    "hashFileContents",
    "load_data_index",
    "load_data_index_db",
    "mixDataIndices",
]
