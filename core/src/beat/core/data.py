"""Reading and writing data: what the runtime has."""

from beat.backend.python.data import (
    CachedDataSink,
    CachedDataSource,
    DatabaseOutputDataSource,
    DataSink,
    DataSource,
    RemoteDataSource,
    StdoutDataSink,
    foundSplitRanges,
    getAllFilenames,
    load_data_index,
    load_data_index_db,
    mixDataIndices,
)

__all__ = [
    "CachedDataSink",
    "CachedDataSource",
    "DataSink",
    "DataSource",
    "DatabaseOutputDataSource",
    "RemoteDataSource",
    "StdoutDataSink",
    "foundSplitRanges",
    "getAllFilenames",
    "load_data_index",
    "load_data_index_db",
    "mixDataIndices",
]
