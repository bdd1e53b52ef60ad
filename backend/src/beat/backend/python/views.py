"""Views: the code of a database that lists what a set holds and gives the data of each entry."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any, NoReturn

from . import loader, viewindex
from .dataformat import DataFormat
from .loader import Translator
from .sources import DatabaseOutputDataSource


class View:
    """Base of the views in the code of a database.

    Attributes
    ----------
    output_member_map : dict
        Output name -> field of the entries that holds it, for outputs whose name cannot be a field (``class``).
    objs : list
        After `setup`: the entries within the range, named tuples with sorted fields.
    """

    # On the class, because views exist that do not call the constructor of this class.
    output_member_map: dict[str, str] = {}  # noqa: RUF012 - each object replaces it, none changes it

    root_folder: str
    parameters: dict[str, Any]
    objs: list[Any]
    start_index: int
    end_index: int

    def __init__(self) -> None:
        self.output_member_map = {}

    def index(self, root_folder: str, parameters: dict[str, Any]) -> list[Any]:
        """List the entries of a set: named tuples or mappings, one for each data index, all with the same fields."""
        raise NotImplementedError(f"{type(self).__name__} must define index()")

    def setup(
        self,
        root_folder: str,
        parameters: dict[str, Any],
        objs: list[Any],
        start_index: int | None = None,
        end_index: int | None = None,
    ) -> None:
        """Get ready to give data: keep the entries from `start_index` to `end_index`, both included."""
        self.root_folder = root_folder
        self.parameters = parameters
        self.start_index = 0 if start_index is None else start_index
        self.end_index = len(objs) - 1 if end_index is None else end_index
        self.objs = objs[self.start_index : self.end_index + 1]

    def get(self, output: str, index: int) -> Any:
        """Give the data of an output for ``self.objs[index]``: a mapping that fits the data format of the output."""
        raise NotImplementedError(f"{type(self).__name__} must define get()")

    def get_output_mapping(self, output: str) -> str:
        """Name the field of the entries that holds an output."""
        return self.output_member_map.get(output, output)


class Runner:
    """Runs the view of one set, and tells its errors from those of the system.

    Parameters
    ----------
    module
        The loaded code of the database.
    definition
        Declaration of the set: ``view``, ``outputs`` and, if there are any, ``parameters``.
    prefix
        Folder of all declared objects.
    root_folder
        Where the files of the database are.
    exc
        Makes the exception to raise out of each error of user code. Without it errors of the construction stay as
        they are, and all later ones become ``RuntimeError``.
    dataformats
        Data formats loaded before, by their names; one that is missing there is loaded.

    Attributes
    ----------
    obj : View
        The view.
    ready : bool
        Whether `setup` has been done.
    data_sources : dict or None
        After `setup`: a data source for each output.
    nb_entries : int
        After `setup`: number of entries in the index, whatever the range.
    """

    data_sources: dict[str, DatabaseOutputDataSource] | None

    def __init__(
        self,
        module: ModuleType,
        definition: Mapping[str, Any],
        prefix: str,
        root_folder: str,
        exc: Translator | None = None,
        dataformats: Mapping[str, DataFormat] | None = None,
    ) -> None:
        view = loader.run(getattr, "__new__", exc, module, definition["view"])
        self.obj = loader.run(view, "__new__", exc)
        self.prefix = prefix
        self.root_folder = root_folder
        self.definition = definition
        self.exc: Translator = exc or RuntimeError
        self.ready = False
        self.data_sources = None
        self.nb_entries = 0
        self._dataformats = dataformats

    @property
    def _parameters(self) -> dict[str, Any]:
        parameters: dict[str, Any] = self.definition.get("parameters", {})
        return parameters

    def _refuse(self, text: str) -> NoReturn:
        raise self.exc(f"view `{self.definition['view']}' of set `{self.definition.get('name', '')}': {text}")

    def index(self, filename: str) -> None:
        """Write the index of the set, missing folders included; it appears whole or not at all.

        Raises
        ------
        exc
            When the view fails, or what it lists cannot be an index.
        """
        entries = loader.run(self.obj, "index", self.exc, self.root_folder, self._parameters)
        if not isinstance(entries, list):
            self._refuse(f"index() must return a list, not a `{type(entries).__name__}'")
        try:
            viewindex.write(filename, entries)
        except viewindex.UnfitEntryError as error:
            self._refuse(str(error))

    def setup(
        self, filename: str, start_index: int | None = None, end_index: int | None = None, pack: bool = True
    ) -> None:
        """Read the index and open a data source for each output; nothing happens when that has been done.

        Parameters
        ----------
        filename
            The index of the set.
        start_index, end_index
            First and last data index to give; ``None`` for all.
        pack
            Whether the data sources give packed bytes in place of objects.

        Raises
        ------
        OSError
            When there is no such index.
        exc
            When the view fails, or the set is empty.
        RuntimeError
            When the index cannot be read, or a data format is not valid.
        """
        if self.ready:
            return
        entries = viewindex.read(filename)
        if not entries:
            self._refuse(f"the index {filename} is empty, so there is no data: see that index() finds its files")
        self.nb_entries = len(entries)
        # Views name the first three parameters as they like.
        place = (self.root_folder, self._parameters, entries)
        loader.run(self.obj, "setup", self.exc, *place, start_index=start_index, end_index=end_index)
        sources = {}
        with viewindex.collector_paused():
            for output, dataformat in self.definition["outputs"].items():
                source = DatabaseOutputDataSource()
                try:
                    source.setup(self, output, dataformat, self.prefix, start_index, end_index, pack, self._dataformats)
                except AttributeError as error:
                    self._refuse(str(error))
                sources[output] = source
        self.data_sources = sources
        self.ready = True

    def get(self, output: str, index: int) -> Any:
        """Give the data of an output for the entry at that position of `objects`.

        Raises
        ------
        exc
            When `setup` has not been done, or the view fails.
        """
        if not self.ready:
            self._refuse("setup() comes before get()")
        return loader.run(self.obj, "get", self.exc, output, index)

    def get_output_mapping(self, output: str) -> str:
        """Name the field of the entries that holds an output."""
        field: str = self.obj.get_output_mapping(output)
        return field

    def objects(self) -> list[Any]:
        """Give the entries that the view kept in `setup`."""
        objects: list[Any] = self.obj.objs
        return objects
