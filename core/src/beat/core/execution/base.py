"""What all executors share: the configuration of one block, checked, with the objects that it names."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import simplejson

from beat.backend.python import stats
from beat.backend.python.helpers import convert_experiment_configuration_to_container
from beat.backend.python.problems import Problem

from .. import schema
from ..algorithm import Algorithm
from ..database import Database
from . import coherence, entries
from .roots import relocated

logger = logging.getLogger(__name__)

_Executor = TypeVar("_Executor", bound="BaseExecutor")


class BaseExecutor:
    """One block of an experiment, ready to be run.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        The configuration of the block (see `Experiment.setup`): a mapping, or the path of a JSON file.
    cache
        Folder of the cache; ``<prefix>/cache`` by default.
    dataformat_cache, database_cache, algorithm_cache, library_cache
        Objects loaded before, by name. They are filled with those loaded here.
    custom_root_folders
        Folders of the raw data of databases, by ``database/<name>/<version>``, where they differ from the declared
        ones.

    Attributes
    ----------
    errors : list of str
        What is wrong with the configuration or with the objects that it names.
    algorithm, loop_algorithm : Algorithm or None
        The algorithm of the block, and the one of the evaluator if the block is a loop.
    databases : dict
        Name to `Database`, for those that the block reads.
    input_list, output_list, data_loaders, data_sinks
        The ends of the data paths while the block runs; ``None`` or empty otherwise.
    debug : bool
        Whether executors keep their temporary folders.

    Raises
    ------
    IOError
        When the folder of the cache does not exist.
    TypeError
        When `custom_root_folders` is not a mapping.
    """

    def __init__(
        self,
        prefix: str | os.PathLike[str],
        data: dict[str, Any] | str | os.PathLike[str],
        cache: str | os.PathLike[str] | None = None,
        dataformat_cache: dict[str, Any] | None = None,
        database_cache: dict[str, Any] | None = None,
        algorithm_cache: dict[str, Any] | None = None,
        library_cache: dict[str, Any] | None = None,
        custom_root_folders: Mapping[str, str] | None = None,
    ) -> None:
        self.prefix = os.fspath(prefix)
        self.cache = os.fspath(cache) if cache else os.path.join(self.prefix, "cache")
        if not os.path.exists(self.cache):
            raise OSError(f"Cache path `{self.cache}' does not exist")
        if custom_root_folders is not None and not isinstance(custom_root_folders, Mapping):
            kind = type(custom_root_folders).__name__
            raise TypeError(f"custom_root_folders must map `database/<name>/<version>' to a folder, not be a `{kind}'")
        self.custom_root_folders: Mapping[str, str] = {} if custom_root_folders is None else custom_root_folders

        self.errors: list[str] = []
        self.data: Any = None
        self.algorithm: Any = None
        self.loop_algorithm: Any = None
        self.databases: dict[str, Any] = {}
        self.views: dict[str, Any] = {}
        self.data_sources: list[Any] = []
        self.input_list: Any = None
        self.output_list: Any = None
        self.data_loaders: Any = None
        self.data_sinks: list[Any] = []
        self.debug = False

        self._dataformat_cache = {} if dataformat_cache is None else dataformat_cache
        self._database_cache = {} if database_cache is None else database_cache
        self._algorithm_cache = {} if algorithm_cache is None else algorithm_cache
        self._library_cache = {} if library_cache is None else library_cache
        if self._load_configuration(data) and self._load_algorithms():
            self._load_databases()

    # -- construction ----------------------------------------------------------------------------------------------

    def _load_configuration(self, data: dict[str, Any] | str | os.PathLike[str]) -> bool:
        if isinstance(data, dict):
            _, errors = schema.validate("execution", data)
            self.data = data
        elif not os.path.exists(data):
            errors = [Problem(f"File not found: {data}", kind="missing")]
        else:
            self.data, errors = schema.validate("execution", Path(data))
        self.errors = list(errors) or coherence.loop_section_problems(self.data)
        return self.valid

    def _load_algorithms(self) -> bool:
        """Load the algorithm, and the one of the evaluator if there is one, and compare them with the block."""
        self.algorithm = self._load_algorithm(self.data["algorithm"])
        if not self.valid:
            return False
        loop = self.data.get("loop")
        if loop is not None:
            self.loop_algorithm = self._load_algorithm(loop["algorithm"])
            if not self.valid:
                return False
            self.errors += coherence.loop_problems(loop, self.loop_algorithm)
        self.errors += coherence.block_problems(self.data, self.algorithm)
        return self.valid

    def _load_algorithm(self, name: str) -> Any:
        algorithm = self._algorithm_cache.get(name)
        if algorithm is None:
            algorithm = Algorithm(self.prefix, name, self._dataformat_cache, self._library_cache)
            self._algorithm_cache[name] = algorithm
        self.errors += algorithm.errors
        return algorithm

    def _load_databases(self) -> None:
        inputs = [*self.data["inputs"].values(), *self.data.get("loop", {}).get("inputs", {}).values()]
        for name in dict.fromkeys(record["database"] for record in inputs if "database" in record):
            database = self._database_cache.get(name)
            if database is None:
                database = self._database_cache[name] = Database(self.prefix, name, self._dataformat_cache)
            self.errors += database.errors
            self.databases[name] = relocated(database, self.custom_root_folders)

    # -- running ---------------------------------------------------------------------------------------------------

    def __enter__(self: _Executor) -> _Executor:
        logger.info("Start the execution of '%s'", self.algorithm.name if self.algorithm is not None else "?")
        return self

    def __exit__(self, *exception: object) -> None:
        for sink in self.data_sinks:
            sink.close()
        self.input_list = None
        self.output_list = None
        self.data_loaders = []
        self.data_sinks = []

    def process(
        self, virtual_memory_in_megabytes: int = 0, max_cpu_percent: int = 0, timeout_in_minutes: float = 0
    ) -> dict[str, Any]:
        """Run the block.

        Parameters
        ----------
        virtual_memory_in_megabytes, max_cpu_percent, timeout_in_minutes
            Limits; 0 is no limit.

        Returns
        -------
        dict
            ``status`` (0 for success), ``stdout``, ``stderr``, ``timed_out``, ``statistics``, ``system_error`` and
            ``user_error``.
        """
        raise NotImplementedError

    def kill(self) -> bool:
        """Stop a running block, where the executor can; tell whether there was one to stop."""
        return False

    def _prepare_inputs(self) -> None:
        raise NotImplementedError

    def _prepare_outputs(self) -> None:
        raise NotImplementedError

    def _require_valid(self) -> None:
        if not self.valid:
            raise RuntimeError("execution information is bogus:" + "".join(f"\n  * {error}" for error in self.errors))

    # -- facts -----------------------------------------------------------------------------------------------------

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    @property
    def analysis(self) -> bool:
        """Whether the block is an analyzer."""
        return "result" in self.data

    @property
    def outputs_exist(self) -> bool:
        """Whether the cache holds all outputs of the block, those of its loop evaluator included, each complete."""
        return all(entries.exists(self.cache, path) for path in entries.all_paths(self.data))

    @property
    def io_statistics(self) -> dict[str, Any]:
        """How much was read and written, in bytes, data units and seconds; zero while nothing runs."""
        statistics: dict[str, Any] = stats.io_statistics(self.data, self.input_list, self.output_list)
        return statistics

    # -- writing ---------------------------------------------------------------------------------------------------

    def __str__(self) -> str:
        return simplejson.dumps(self.data, indent=4)  # type: ignore[no-any-return]  # simplejson brings no types

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the configuration as JSON."""
        Path(path).write_text(str(self), encoding="utf-8")

    def dump_runner_configuration(self, directory: str | os.PathLike[str]) -> None:
        """Write what a process needs to run the algorithm: the reduced configuration, and the code with all it uses.

        Raises
        ------
        RuntimeError
            When the configuration is not valid.
        """
        self._require_valid()
        reduced = convert_experiment_configuration_to_container(self.data)
        prefix = self._dump(directory, reduced)
        self.algorithm.export(prefix)
        if self.loop_algorithm is not None:
            self.loop_algorithm.export(prefix)

    def dump_databases_provider_configuration(self, directory: str | os.PathLike[str]) -> None:
        """Write what a process needs to provide the databases: the whole configuration, and their views.

        Raises
        ------
        RuntimeError
            When the configuration is not valid.
        """
        self._require_valid()
        prefix = self._dump(directory, self.data)
        for database in self.databases.values():
            database.export(prefix)

    def _dump(self, directory: str | os.PathLike[str], configuration: Any) -> str:
        """Write a configuration into a folder; give the prefix beside it, which exists then."""
        prefix = Path(directory, "prefix")
        prefix.mkdir(parents=True, exist_ok=True)
        Path(directory, "configuration.json").write_text(simplejson.dumps(configuration, indent=2), encoding="utf-8")
        return str(prefix)
