"""Algorithms: what they read and write, and the code that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import algorithmtypes
from .asset import read_code
from .dataformat import DataFormat
from .runnable import Runnable
from .runner import Runner
from .usedformats import UsesDataFormats
from .usercode import UserCodeStorage

if TYPE_CHECKING:
    from .loader import Translator

__all__ = ["Algorithm", "Runner", "Storage"]


class Storage(UserCodeStorage):
    """The files of an algorithm."""

    asset_type = "algorithm"
    asset_folder = "algorithms"


class Algorithm(Runnable, UsesDataFormats):
    """An algorithm of a prefix.

    Attributes
    ----------
    input_map, output_map : dict
        Name of each input or output to the name of its data format, over all groups. These and `loop_map` are there
        only when declaration and code could be loaded: programs ask ``hasattr(algorithm, "input_map")``.
    loop_map : dict
        ``request`` and ``answer`` to the names of their data formats; empty without a loop.
    dataformats : dict
        Name to `DataFormat` for all of those, and for results that are data of some format.
    libraries : dict
        Full name to `Library` for each library that the code itself uses.
    """

    kind = "algorithm"
    title = "Algorithm"
    noun = "algorithm"
    storage_type = Storage
    runner_klass = Runner

    LEGACY = algorithmtypes.LEGACY
    SEQUENTIAL = algorithmtypes.SEQUENTIAL
    AUTONOMOUS = algorithmtypes.AUTONOMOUS
    SEQUENTIAL_LOOP_EVALUATOR = algorithmtypes.SEQUENTIAL_LOOP_EVALUATOR
    AUTONOMOUS_LOOP_EVALUATOR = algorithmtypes.AUTONOMOUS_LOOP_EVALUATOR
    SEQUENTIAL_LOOP_PROCESSOR = algorithmtypes.SEQUENTIAL_LOOP_PROCESSOR
    AUTONOMOUS_LOOP_PROCESSOR = algorithmtypes.AUTONOMOUS_LOOP_PROCESSOR

    input_map: dict[str, str]
    output_map: dict[str, str]
    loop_map: dict[str, str]

    def _read(self, data: Any) -> bool:
        if not self._load_named(data):
            return False
        self.storage.language = self.language
        # Beside user code nothing works without the file: it is missed in the same words as the declaration.
        self.code = read_code(self.storage.code, "Algorithm code file", self.errors)
        return self.code is not None

    def _endpoints(self, section: str) -> dict[str, str]:
        """Map the names in one section (``inputs``, ``outputs``, ``loop``) of all groups to their data formats."""
        return {name: declared["type"] for group in self.groups for name, declared in group.get(section, {}).items()}

    def _result_formats(self) -> dict[str, str]:
        """Map the results that are data of some format, not single values, to that format."""
        return {name: result["type"] for name, result in (self.results or {}).items() if "/" in result["type"]}

    def _link_dataformats(self, cache: dict[str, Any]) -> None:
        self.input_map = self._endpoints("inputs")
        self.output_map = self._endpoints("outputs")
        self.loop_map = self._endpoints("loop")
        for formats in (self.input_map, self.output_map, self.loop_map, self._result_formats()):
            self._load_dataformats(formats.values(), cache)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Groups of synchronized inputs, with the outputs in the first one."""
        groups: list[dict[str, Any]] = self._declared("groups", [])
        return groups

    @property
    def splittable(self) -> bool:
        """Whether the data may be divided between several processes."""
        splittable: bool = self._declared("splittable", False)
        return splittable

    @splittable.setter
    def splittable(self, value: bool) -> None:
        self.data["splittable"] = value

    @property
    def results(self) -> dict[str, Any] | None:
        """Declarations of the results; ``None`` unless this is an analyzer."""
        results: dict[str, Any] | None = self._declared("results")
        return results

    @results.setter
    def results(self, value: dict[str, Any]) -> None:
        self.data["results"] = value

    @property
    def isAnalyzer(self) -> bool:
        """Whether it ends a toolchain: it gives results in place of outputs."""
        return self.results is not None

    @property
    def type(self) -> str:
        """One of the types in `algorithmtypes`; the first version of the interface knows ``legacy`` only."""
        declared: str = self._declared("type", algorithmtypes.SEQUENTIAL)
        return algorithmtypes.LEGACY if self.api_version == 1 else declared

    @property
    def is_autonomous(self) -> bool:
        """Whether it reads its inputs itself, loop algorithms included."""
        return self.type in algorithmtypes.ALL_AUTONOMOUS

    @property
    def is_sequential(self) -> bool:
        """Whether it is called step by step, loop algorithms included but not legacy ones."""
        return self.type in algorithmtypes.ALL_SEQUENTIAL

    @property
    def is_loop(self) -> bool:
        """Whether it evaluates what a loop processor asks (the processor itself is an ordinary block)."""
        return self.type in algorithmtypes.EVALUATORS

    def result_dataformat(self) -> DataFormat:
        """Make the data format of the results: one field for each of them.

        Raises
        ------
        TypeError
            When this is not an analyzer.
        """
        if self.results is None:
            raise TypeError(f"algorithm `{self.name}' is not an analyzer: it has no results")
        declaration = {name: result["type"] for name, result in self.results.items()}
        dataformat = DataFormat(self.prefix, declaration, dataformat_cache=dict(self.dataformats))
        if self._name:
            dataformat.name = f"analysis:{self.name}"
        else:
            dataformat._name = f"analysis:{self.name}"  # no name of a file
        return dataformat

    def runner(self, klass: str = "Algorithm", exc: Translator | None = None) -> Runner:
        """Load the code anew and make an object of the user's class; see `Runnable.runner`."""
        runner: Runner = super().runner(klass, exc)
        return runner

    def _export_dependencies(self, prefix: str) -> None:
        Runnable._export_dependencies(self, prefix)
        UsesDataFormats._export_dependencies(self, prefix)
