"""The platform shows the data layer of the runtime: the same objects, not copies."""

from __future__ import annotations

import importlib

import pytest

_NAMES = {
    "data": "CachedDataSink CachedDataSource DatabaseOutputDataSource DataSink DataSource RemoteDataSource "
    "StdoutDataSink foundSplitRanges getAllFilenames load_data_index load_data_index_db mixDataIndices",
    "inputs": "Input InputGroup InputList",
    "outputs": "Output OutputList SynchronizationListener",
    "data_loaders": "DataLoader DataLoaderList DataView",
}


@pytest.mark.parametrize("module", _NAMES)
def test_the_platform_has_the_objects_of_the_runtime(module: str) -> None:
    here = importlib.import_module(f"beat.core.{module}")
    there = importlib.import_module(f"beat.backend.python.{module}")
    assert set(here.__all__) == set(_NAMES[module].split())
    for name in here.__all__:
        assert getattr(here, name) is getattr(there, name)


def test_what_clients_reach_through_data() -> None:
    data = importlib.import_module("beat.backend.python.data")
    for module, name in (
        ("exceptions", "RemoteException"),
        ("algorithm", "Algorithm"),
        ("dataformat", "DataFormat"),
        ("hash", "hashFileContents"),
    ):
        assert getattr(data, name) is getattr(importlib.import_module(f"beat.backend.python.{module}"), name)
    for name in ("FileInfos", "_foundCommonIndices"):
        assert hasattr(data, name)
