"""What other programs import and how they call it: modules, identities, names and order of arguments."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python import utils

KINDS = {
    "algorithm": ("Algorithm", ["dataformat_cache", "library_cache"]),
    "database": ("Database", ["dataformat_cache"]),
    "dataformat": ("DataFormat", ["parent", "dataformat_cache"]),
    "experiment": ("Experiment", ["dataformat_cache", "database_cache", "algorithm_cache", "library_cache"]),
    "library": ("Library", ["library_cache"]),
    "plotter": ("Plotter", ["dataformat_cache", "library_cache"]),
    "plotterparameter": ("Plotterparameter", ["plotter_cache"]),
    "protocoltemplate": ("ProtocolTemplate", ["dataformat_cache"]),
    "toolchain": ("Toolchain", []),
}
WITH_CODE = {"algorithm", "database", "library", "plotter"}
IN_BOTH = ["algorithm", "database", "dataformat", "library", "protocoltemplate"]


def core(module: str) -> Any:
    return importlib.import_module(f"beat.core.{module}")


def backend(module: str) -> Any:
    return importlib.import_module(f"beat.backend.python.{module}")


@pytest.mark.parametrize("kind", KINDS)
def test_objects_take_prefix_data_and_caches(kind: str) -> None:
    class_name, caches = KINDS[kind]
    parameters = inspect.signature(getattr(core(kind), class_name)).parameters
    assert list(parameters) == ["prefix", "data", *caches]
    assert all(parameters[cache].default is None for cache in caches)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"algorithm", "database", "experiment"}))
def test_prototypes_need_no_prefix(kind: str, tmp_path: Path) -> None:
    made = getattr(core(kind), KINDS[kind][0])(str(tmp_path), data=None)
    assert made.valid == (kind not in ("plotter", "plotterparameter"))  # these refer to `plot/unknown/1'
    assert made.name == f"__unnamed_{kind}__"
    assert made.storage is None


@pytest.mark.parametrize("kind", IN_BOTH)
def test_objects_are_those_of_the_runtime_validated(kind: str) -> None:
    class_name = KINDS[kind][0]
    assert core(kind).Storage is backend(kind).Storage
    assert issubclass(getattr(core(kind), class_name), getattr(backend(kind), class_name))
    assert getattr(core(kind), class_name) is not getattr(backend(kind), class_name)


@pytest.mark.parametrize("kind", KINDS)
def test_storages_tell_whether_there_is_code(kind: str) -> None:
    storage = core(kind).Storage
    assert issubclass(storage, utils.CodeStorage) == (kind in WITH_CODE)
    assert issubclass(storage, utils.Storage) == (kind not in WITH_CODE)
    assert storage.asset_type == kind
    assert storage.asset_folder == {"library": "libraries"}.get(kind, kind + "s")


def test_runners() -> None:
    assert core("algorithm").Runner is backend("algorithm").Runner
    assert issubclass(core("plotter").Runner, backend("algorithm").Runner)


@pytest.mark.parametrize("module", ["baseformat", "hash", "loader", "utils"])
def test_helpers_are_those_of_the_runtime(module: str) -> None:
    own = {
        name
        for name, value in vars(backend(module)).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("beat.backend.python")
    }
    own |= {"_sha256", "_compact", "_stringify"} if module == "hash" else set()
    public = {name for name in own if name in getattr(backend(module), "__all__", own)}
    missing = {name for name in public if getattr(core(module), name, None) is not getattr(backend(module), name)}
    assert not missing - {"generate", "Translator"}


HELPERS = {
    "algorithm": "load_algorithm_prototype",
    "baseformat": "BINCODE ENDIANNESS SIZE STRING setup_scalar setup_array pack_scalar pack_array unpack_scalar "
    "unpack_array read_some read_string baseformat",
    "database": "get_first_procotol_template",
    "drawing": "text_color lighten_color create_port_table create_layout_ports_table make_label make_layout_label",
    "environments": "enumerate_packages",
    "experiment": "EVALUATOR_PREFIX PROCESSOR_PREFIX",
    "hash": "hash hashAnalyzer hashBlockOutput hashDataset hashFileContents hashJSON hashJSONFile hashJSONStr toPath "
    "toUserPath _sha256 _stringify _compact",
    "loader": "load_module run",
    "prototypes": "load binary_load",
    "schema": "maybe_load_json load_schema validate",
    "stats": "Statistics cpu_statistics memory_statistics io_statistics update",
    "utils": "temporary_directory uniq send_multipart find_free_port find_free_port_in_range id_generator "
    "setup_logging build_env_name hashed_or_simple safe_rmfile safe_rmdir extension_for_language Prefix File "
    "AbstractStorage Storage CodeStorage NumpyJSONEncoder error_on_duplicate_key_hook has_argument",
    "version": "__version__",
}


@pytest.mark.parametrize("module", HELPERS)
def test_helpers_are_there(module: str) -> None:
    missing = [name for name in HELPERS[module].split() if not hasattr(core(module), name)]
    assert not missing


def test_the_runtime_names_its_helpers() -> None:
    assert set(backend("utils").__all__) <= set(core("utils").__all__)
    access = backend("helpers").AccessMode
    assert (access.NONE, access.LOCAL, access.REMOTE) == (0, 1, 2)
    for name in ("RemoteException", "UserError", "OutputError"):
        assert issubclass(getattr(backend("exceptions"), name), Exception)
    assert backend("database").DatabaseTester
