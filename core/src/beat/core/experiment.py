"""Experiments: toolchains filled with databases and algorithms."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from beat.backend.python.problems import Problem
from beat.backend.python.storage import Storage as BaseStorage
from beat.backend.python.storage import hashed_or_simple, split_name

from .algorithm import Algorithm
from .asset import DeclaredMixin
from .database import Database
from .dataformat import DataFormat
from .library import Library
from .toolchain import Toolchain
from .workflow import experimentchecks
from .workflow.configuration import configure
from .workflow.filled import Workflow
from .workflow.items import EVALUATOR_PREFIX, PROCESSOR_PREFIX, experiment_items

if TYPE_CHECKING:
    import graphviz

__all__ = ["EVALUATOR_PREFIX", "PROCESSOR_PREFIX", "Experiment", "Storage"]

_Loaded = TypeVar("_Loaded", Database, Algorithm)


class Storage(BaseStorage):
    """The files of an experiment.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    name
        The label ``<user>/<toolchain-user>/<toolchain>/<version>/<name>``; without the second part, the toolchain is
        of the same user.

    Raises
    ------
    RuntimeError
        When the label does not have that shape.
    """

    asset_type = "experiment"
    asset_folder = "experiments"

    def __init__(self, prefix: str, name: str) -> None:
        parts = str(name).split("/")
        if len(parts) == 4:
            parts.insert(1, parts[0])
        self.label = "/".join(parts)
        self.username, self.toolchain_username, toolchain, self.version, self.name = split_name(
            self.label, 5, "experiment label"
        )
        self.toolchain = f"{self.toolchain_username}/{toolchain}/{self.version}"
        self.prefix = prefix
        super().__init__(hashed_or_simple(prefix, self.asset_folder, self.label))


class Experiment(DeclaredMixin):
    """A toolchain whose datasets are sets of databases and whose items are algorithms.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        A label, whose toolchain is the one it names; or a pair of an experiment (declaration, JSON text or path) and
        its toolchain (declaration or name).
    dataformat_cache, database_cache, algorithm_cache, library_cache
        Loaded objects by name, read and filled.

    Attributes
    ----------
    toolchain : Toolchain or None
        ``None`` when the declaration of the experiment could not be used.
    databases, algorithms : dict
        Name to `Database` or `Algorithm`, invalid ones included.
    datasets : dict
        Name to ``{"database": Database, "protocol": str, "set": str}``.
    blocks, loops, analyzers : dict
        Name to declaration.

    Raises
    ------
    RuntimeError
        When the label, or the name of the toolchain, does not have the shape of such names; for ``None``, since there
        is no default experiment.
    TypeError
        For a declaration without a toolchain.
    ValueError
        For a sequence that is not a pair.
    """

    kind = "experiment"
    title = "Experiment"
    noun = "experiment"
    storage_type = Storage
    copies_declaration: ClassVar[bool] = False

    def __init__(
        self,
        prefix: str,
        data: Any,
        dataformat_cache: dict[str, DataFormat] | None = None,
        database_cache: dict[str, Database] | None = None,
        algorithm_cache: dict[str, Algorithm] | None = None,
        library_cache: dict[str, Library] | None = None,
    ) -> None:
        self._start(prefix)
        self.toolchain: Toolchain | None = None
        self.databases: dict[str, Database] = {}
        self.algorithms: dict[str, Algorithm] = {}
        self.datasets: dict[str, dict[str, Any]] = {}
        self.blocks: dict[str, Any] = {}
        self.loops: dict[str, Any] = {}
        self.analyzers: dict[str, Any] = {}
        toolchain = self._declare_on_toolchain(data)
        if self.errors:
            return
        self.toolchain = Toolchain(prefix, toolchain)
        formats = {} if dataformat_cache is None else dataformat_cache
        libraries = {} if library_cache is None else library_cache
        items = list(experiment_items(self.data))
        try:
            self.databases = _load(
                (dataset["database"] for dataset in self.data["datasets"].values()),
                {} if database_cache is None else database_cache,
                lambda name: Database(prefix, name, formats),
            )
            self.algorithms = _load(
                (part.algorithm for item in items for part in item.parts),
                {} if algorithm_cache is None else algorithm_cache,
                lambda name: Algorithm(prefix, name, formats, libraries),
            )
        except RuntimeError as error:
            # The patterns of the schema let a line feed pass at the end of a name.
            self.errors.append(Problem(str(error), path="/", kind="name"))
            return
        self.datasets = {
            name: {**dataset, "database": self.databases[dataset["database"]]}
            for name, dataset in self.data["datasets"].items()
        }
        self.blocks = dict(self.data["blocks"])
        self.loops = dict(self.data.get("loops", {}))
        self.analyzers = dict(self.data["analyzers"])
        self._workflow = Workflow(self.data, self.toolchain, self.databases, self.algorithms)
        self.errors.extend(experimentchecks.check(self._workflow, items))

    def _declare_on_toolchain(self, data: Any) -> Any:
        """Load and validate the declaration; give what declares its toolchain."""
        if isinstance(data, str):
            self._declare(data)
            self._name = self.storage.label
            return self.storage.toolchain
        if isinstance(data, tuple | list):
            declaration, toolchain = data
            self._validate(declaration)
            return toolchain
        if data is None:
            raise RuntimeError("there is no default experiment: give a label, or (experiment, toolchain)")
        raise TypeError(
            f"a label or (experiment, toolchain) is wanted, not a `{type(data).__name__}': "
            "the declaration of an experiment does not say its toolchain"
        )

    @property
    def label(self) -> str:
        """Label, or ``__unlabelled_experiment__``; setting it also builds `storage` for that label."""
        return self._name or "__unlabelled_experiment__"

    @label.setter
    def label(self, value: str) -> None:
        self._rename(value)

    @property  # type: ignore[misc]  # that of other objects can be set
    def name(self) -> str:
        """Same as `label`; it cannot be set."""
        return self.label

    def _require_name(self) -> None:
        if not self._name:
            raise RuntimeError("experiment has no label")

    def setup(self) -> OrderedDict[str, dict[str, Any]]:
        """Give what each item needs to run, in the order in which they run.

        Returns
        -------
        OrderedDict
            Name to ``{"dependencies": set of names, "configuration": dict}``; configurations follow the schema
            ``execution``.

        Raises
        ------
        RuntimeError
            When the experiment is not valid.
        KeyError
            When an item has no queue or environment of its own and there is no global one.
        """
        return configure(self._valid_workflow())

    def dot_diagram(self) -> graphviz.Digraph:
        """Draw the toolchain of the experiment, with databases, algorithms, data formats and results.

        Raises
        ------
        RuntimeError
            When the experiment is not valid.
        KeyError
            When datasets have no colour in the toolchain.
        """
        from .workflow import experimentdiagram

        return experimentdiagram.draw_experiment(self._valid_workflow(), f"Experiment: {self.label}")

    def _valid_workflow(self) -> Workflow:
        if not self.valid:
            raise RuntimeError(f"experiment `{self.label}' is not valid:{experimentchecks.reasons(self.errors)}")
        return self._workflow

    def _export_dependencies(self, prefix: str) -> None:
        toolchain = self._workflow.toolchain
        toolchain.export(prefix)
        for algorithm in self.algorithms.values():
            algorithm.export(prefix)
        for database in self.databases.values():
            database.export(prefix)


def _load(names: Iterable[str], cache: dict[str, _Loaded], load: Callable[[str], _Loaded]) -> dict[str, _Loaded]:
    """Give each distinct object by name, from the cache or through it."""
    loaded: dict[str, _Loaded] = {}
    for name in names:
        if name not in cache:
            cache[name] = load(name)
        loaded[name] = cache[name]
    return loaded
