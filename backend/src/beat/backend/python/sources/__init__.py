"""Data sources: ordered lists of data units, each valid for a closed interval of data indices."""

from .base import DataSource, Unit
from .cached import CachedDataSource
from .database import DatabaseOutputDataSource, load_data_index_db
from .remote import RemoteDataSource

__all__ = [
    "CachedDataSource",
    "DataSource",
    "DatabaseOutputDataSource",
    "RemoteDataSource",
    "Unit",
    "load_data_index_db",
]
