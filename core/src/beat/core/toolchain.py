"""Toolchains: graphs of datasets, blocks, loops and analyzers, which experiments fill with databases and algorithms."""

from __future__ import annotations

import contextlib
import functools
from collections import Counter, OrderedDict
from graphlib import CycleError
from typing import TYPE_CHECKING, Any, ClassVar

from beat.backend.python import jsonio
from beat.backend.python.storage import File, hashed_or_simple, split_name
from beat.backend.python.storage import Storage as BaseStorage

from . import schema
from .asset import DeclaredMixin
from .workflow import toolchainchecks
from .workflow.items import toolchain_items
from .workflow.order import execution_order, item_dependencies
from .workflow.outline import Outline

if TYPE_CHECKING:
    import graphviz

    from beat.backend.python.problems import Problem

    from .workflow.diagram import EdgeCallback, LabelCallback, ResultCallback


_SHARED_SIZE = 64 * 2**10
"""Bytes of the longest text of a toolchain that is remembered: one of some 300 blocks."""


@functools.lru_cache(maxsize=256)
def _examined(text: bytes) -> tuple[Outline | None, tuple[Problem, ...]]:
    """Find what stands where in the text of a toolchain, and what is wrong with it.

    Experiments share toolchains: each finds its own anew, but the same text is understood once. Nobody changes the
    declaration that is parsed here.
    """
    declaration, problems = schema.validate("toolchain", text)
    if problems:
        return None, tuple(problems)
    outline = Outline(declaration)
    return outline, tuple(toolchainchecks.check(outline))


class Storage(BaseStorage):
    """The files of a toolchain ``<user>/<name>/<version>``.

    Raises
    ------
    RuntimeError
        When the name does not have that shape.
    """

    asset_type = "toolchain"
    asset_folder = "toolchains"

    def __init__(self, prefix: str, name: str) -> None:
        self.username, self.name, self.version = split_name(name, 3, "toolchain")
        self.fullname = name
        self.prefix = prefix
        super().__init__(hashed_or_simple(prefix, self.asset_folder, name))


class Toolchain(DeclaredMixin):
    """A graph of what runs in an experiment.

    What is wrong goes to `errors`; the members below are defined for a valid toolchain.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        A name; a declaration, which is kept, not copied; ``None`` for an empty toolchain.

    Raises
    ------
    RuntimeError
        When a name does not have the shape ``<user>/<name>/<version>``.
    """

    kind = "toolchain"
    title = "Toolchain"
    noun = "toolchain"
    storage_type = Storage
    copies_declaration: ClassVar[bool] = False

    outline: Outline | None
    """What stands where in the declaration as it was loaded; ``None`` when its schema refuses it."""

    def __init__(self, prefix: str, data: Any) -> None:
        self._start(prefix)
        self._declare(data)

    def _start(self, prefix: str) -> None:
        self._text: bytes | None = None
        self.outline = None
        super()._start(prefix)

    def _validate(self, source: Any) -> bool:
        """Validate the declaration and check it by the rules beyond its schema."""
        text = None
        if isinstance(source, File):
            with contextlib.suppress(OSError):  # which the validation tells
                text = source = jsonio.read(source)
        if text is not None and len(text) <= _SHARED_SIZE:
            self.outline, problems = _examined(text)
            self.errors = [*problems]
            self._text = text
        elif super()._validate(source):
            self.outline = Outline(self.data)
            self.errors = [*toolchainchecks.check(self.outline)]
        return not self.errors

    @property
    def data(self) -> Any:
        """The declaration; ``None`` when it could not be read. It is parsed when somebody asks for it."""
        if self._text is not None:
            with contextlib.suppress(ValueError, RuntimeError):
                declaration = jsonio.loads(self._text)
                self._data = declaration if isinstance(declaration, dict) else None
            self._text = None
        return self._data

    @data.setter
    def data(self, value: Any) -> None:
        self._text = None
        self._data = value

    def _by_name(self, section: str) -> dict[str, Any]:
        return {declaration["name"]: declaration for declaration in self._declared(section, ())}

    @property
    def datasets(self) -> dict[str, Any]:
        """Name to declaration of each dataset, in declaration order."""
        return self._by_name("datasets")

    @property
    def blocks(self) -> dict[str, Any]:
        """Name to declaration of each block, in declaration order."""
        return self._by_name("blocks")

    @property
    def loops(self) -> dict[str, Any]:
        """Name to declaration of each loop, in declaration order."""
        return self._by_name("loops")

    @property
    def analyzers(self) -> dict[str, Any]:
        """Name to declaration of each analyzer, in declaration order."""
        return self._by_name("analyzers")

    @property
    def connections(self) -> list[dict[str, str]]:
        """The connections, as declared."""
        connections: list[dict[str, str]] = self._declared("connections", [])
        return connections

    def algorithm_item(self, name: str) -> dict[str, Any] | None:
        """Give the declaration of the block, loop or analyzer of that name, or ``None``."""
        found: dict[str, Any] | None = self.blocks.get(name) or self.loops.get(name) or self.analyzers.get(name)
        return found

    def dependencies(self, name: str) -> set[str]:
        """Give the names of the items that `name` takes data from; datasets do not count."""
        return item_dependencies(self.data or {}).get(name, set())

    def execution_order(self) -> OrderedDict[str, set[str]]:
        """Give the items in the order in which they run, each with the names of those it takes data from.

        Raises
        ------
        RuntimeError
            When items wait for one another, or two have the same name.
        """
        counts = Counter(item.name for item in toolchain_items(self.data or {}))
        repeated = [name for name, count in counts.items() if count > 1]
        if repeated:
            raise RuntimeError(f"toolchain `{self.name}' has several items called `{repeated[0]}': rename them")
        dependencies = item_dependencies(self.data or {})
        try:
            order = execution_order(dependencies)
        except CycleError as error:
            cycle = " -> ".join(error.args[1])
            raise RuntimeError(f"toolchain `{self.name}' has no order of execution: {cycle} is a cycle") from None
        return OrderedDict((name, dependencies[name]) for name in order)

    def dot_diagram(
        self,
        title: str | None = None,
        label_callback: LabelCallback | None = None,
        edge_callback: EdgeCallback | None = None,
        result_callback: ResultCallback | None = None,
        is_layout: bool = False,
    ) -> graphviz.Digraph:
        """Draw the toolchain.

        Parameters
        ----------
        title
            ``Toolchain: <name>`` by default.
        label_callback
            Called with ``dataset``, ``block``, ``loop`` or ``analyzer`` and a name, gives the text of a node.
        edge_callback
            Called with the endpoint where a connection starts, gives the text of the connection.
        result_callback
            Called with the name of an analyzer, gives the texts of its results.
        is_layout
            Draw ports by number, and connections as bare lines.

        Raises
        ------
        KeyError
            When datasets have no colour in ``/representation/channel_colors``.
        """
        from .workflow import diagram

        title = f"Toolchain: {self.name}" if title is None else title
        return diagram.draw(self, title, label_callback, edge_callback, result_callback, is_layout)
