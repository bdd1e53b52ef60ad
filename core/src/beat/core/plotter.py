"""Plotters: code that draws results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beat.backend.python import loader
from beat.backend.python import runner as backend
from beat.backend.python.problems import Problem
from beat.backend.python.runnable import Runnable
from beat.backend.python.usedformats import UsesDataFormats
from beat.backend.python.usercode import UserCodeStorage

from .asset import CodeDeclaredMixin
from .dataformat import DataFormat
from .library import Library

if TYPE_CHECKING:
    from beat.backend.python.loader import Translator

__all__ = ["Plotter", "Runner", "Storage"]


class Storage(UserCodeStorage):
    """The files of a plotter."""

    asset_type = "plotter"
    asset_folder = "plotters"


class Runner(backend.Runner):
    """An object of a user's plotter class; it needs no preparation."""

    def process(self, inputs: Any = None, *_: Any, **__: Any) -> Any:
        """Draw the inputs: one object of the plotter's format, a list of them or of pairs ``(label, object)``.

        Returns
        -------
        The bytes of the image, as the user's code gives them.

        Raises
        ------
        RuntimeError
            When the plotter is not set up or there are no inputs (`exc` applies).
        """
        self._require_ready()
        if inputs is None:
            self._fail(RuntimeError, f"plotter `{self.name}': process() needs inputs")
        return loader.run(self.obj, "process", self.exc, inputs)


class Plotter(CodeDeclaredMixin, Runnable, UsesDataFormats):
    """A plotter, loaded from a prefix or made from a declaration, and validated.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        A name, a declaration, a pair ``(declaration, code)``, or ``None`` for a new plotter.
    dataformat_cache
        Name to data format, shared between objects that are loaded together.
    library_cache
        The same for libraries.

    Attributes
    ----------
    dataformat : DataFormat or None
        The format of what it draws; ``None`` when declaration or code could not be loaded.

    Raises
    ------
    RuntimeError
        When a name has not the shape ``user/name/version``.
    ValueError
        When a tuple or list has not two items.
    """

    kind = "plotter"
    title = "Plotter"
    noun = "plotter"
    storage_type = Storage
    dataformat_klass = DataFormat
    library_klass = Library
    runner_klass = Runner

    dataformat: DataFormat | None

    def __init__(
        self,
        prefix: str,
        data: Any,
        dataformat_cache: dict[str, Any] | None = None,
        library_cache: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(prefix, data, dataformat_cache, library_cache)

    def _start(self, prefix: str) -> None:
        super()._start(prefix)
        self.dataformat = None

    def _read(self, data: Any) -> bool:
        return self._declare_code(data)

    def _link_dataformats(self, cache: dict[str, Any]) -> None:
        name = self.data["dataformat"]
        self._load_dataformats([name], cache)
        self.dataformat = self.dataformats.get(name)
        if self.dataformat is not None and not self.dataformat.valid:
            text = f"found error validating base data format `{name}' for plotter `{self.name}': "
            text += "\n".join(self.dataformat.errors)
            causes = self.dataformat.problems
            self.errors.append(Problem(text, path="/dataformat", kind="reference", causes=causes))

    def _link_libraries(self, cache: dict[str, Any]) -> None:
        super()._link_libraries(cache)
        self.errors += self._library_problems()
        self.errors += self._language_problems()

    def runner(self, klass: str = "Plotter", exc: Translator | None = None) -> Runner:
        """Load the code anew and make an object of the user's class; see `Runnable.runner`."""
        runner: Runner = super().runner(klass, exc)
        return runner
