"""Data loaders of algorithms: what the runtime has."""

from beat.backend.python.data_loaders import DataLoader, DataLoaderList, DataView

__all__ = ["DataLoader", "DataLoaderList", "DataView"]
