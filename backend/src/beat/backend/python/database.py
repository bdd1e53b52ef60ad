"""Databases: what their protocols and sets hold, and the views that give the data."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

from . import loader, storage
from .asset import read_code
from .loader import Translator
from .problems import Problem, suggest
from .protocoltemplate import ProtocolTemplate
from .storage import split_name
from .usedformats import UsesDataFormats
from .views import Runner, View

if TYPE_CHECKING:
    from .databasetester import DatabaseTester

__all__ = ["Database", "DatabaseTester", "Runner", "Storage", "View"]


class Storage(storage.CodeStorage):
    """The files of a database; its code is Python.

    Raises
    ------
    RuntimeError
        When the name is not ``<name>/<version>``.
    """

    asset_type = "database"
    asset_folder = "databases"

    def __init__(self, prefix: str, name: str) -> None:
        self.name, self.version = split_name(name, 2, "database")
        self.fullname = name
        self.prefix = prefix
        super().__init__(f"{prefix}/{self.asset_folder}/{name}", "python")


def declared_views(protocol: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Find the entries of a protocol (version 2) that name a view, by the names of their sets.

    The schema accepts anything under keys that are no identifiers, so other entries may be of any type.
    """
    return {key: entry for key, entry in protocol["views"].items() if isinstance(entry, dict) and "view" in entry}


class Database(UsesDataFormats):
    """A database of a prefix, loaded by its name and not validated.

    Its declaration has one of two forms: in version 1 a protocol holds its sets, in version 2 it names a protocol
    template that does, and tells the view of each set.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    name
        ``<name>/<version>``.
    dataformat_cache
        Data formats by name: taken from there, and added to it.

    Attributes
    ----------
    code : bytes or None
        Code of the views.
    code_path : str or None
        File of that code.

    Raises
    ------
    RuntimeError
        When the name has another shape, or the declaration another version.
    """

    kind = "database"
    title = "Database"
    noun = "database"
    storage_type: ClassVar[type[Any]] = Storage
    template_klass: ClassVar[type[ProtocolTemplate]] = ProtocolTemplate
    """Class that loads protocol templates."""
    missing_shows_path = True

    code: bytes | str | None
    code_path: str | None

    def __init__(self, prefix: str, name: Any, dataformat_cache: dict[str, Any] | None = None) -> None:
        self._start(prefix)
        if self._read(name):
            self._link({} if dataformat_cache is None else dataformat_cache)

    def _read(self, data: Any) -> bool:
        """Read declaration and code; tell whether both are there."""
        if not self._load_named(data):
            return False
        if self.schema_version not in (1, 2):
            text = f"database `{data}': cannot read schema version {self.schema_version!r}: 1 and 2 are known"
            raise RuntimeError(text)
        return self._load_code()

    def _link(self, cache: dict[str, Any]) -> None:
        """Load the protocol templates and data formats that the declaration refers to."""
        try:
            self._load_templates(cache)
            if self.valid:
                self._load_dataformats([name for *_, name in self._all_outputs()], cache)
        except (LookupError, TypeError, AttributeError) as error:
            text = f"{self.title} declaration file invalid: {self.storage.json.path}: {error!r} in its protocols"
            self.errors.append(Problem(text, path="/protocols", kind="schema"))

    def _start(self, prefix: str) -> None:
        super()._start(prefix)
        self.code = None
        self.code_path = None
        self._templates: dict[str, ProtocolTemplate] = {}
        self._module: ModuleType | None = None

    def _load_code(self) -> bool:
        """Read the code of a named database; tell whether there is any."""
        self.code_path = self.storage.code.path
        self.code = read_code(self.storage.code, "Database view code", self.errors)
        return self.code is not None

    def _load_templates(self, cache: dict[str, Any]) -> None:
        """Load the protocol templates (version 2); what is wrong with them is wrong with the database."""
        if self.schema_version == 1:
            return
        for position, protocol in enumerate(self.data["protocols"]):
            name = protocol["template"]
            if name in self._templates:
                continue
            path = f"/protocols/{position}/template"
            try:
                template = self.template_klass(self.prefix, name, cache)
            except RuntimeError as error:
                self.errors.append(Problem(f"{path}: {error}", path=path, kind="name"))
                continue
            self._templates[name] = template
            self.errors += [
                Problem(f"{path}: {problem}", path=path, kind="reference", causes=[problem])
                for problem in template.problems
            ]

    def _all_outputs(self) -> Iterator[tuple[str, str, str, str]]:
        """Go through protocol, set, output and data format of everything that can be read."""
        for protocol in self.data["protocols"]:
            for declaration in self._sets_of(protocol):
                for output, dataformat in declaration["outputs"].items():
                    yield protocol["name"], declaration["name"], output, dataformat

    @property
    def environment(self) -> dict[str, str] | None:
        """Name and version of the environment that the views need."""
        environment: dict[str, str] | None = self._declared("environment")
        return environment

    # -- protocols and sets ----------------------------------------------------------------------------------------

    @property
    def protocols(self) -> dict[str, dict[str, Any]]:
        """Declarations of the protocols by their names."""
        return {protocol["name"]: protocol for protocol in self._declared("protocols", [])}

    @property
    def protocol_names(self) -> list[str]:
        """Names of the protocols."""
        return list(self.protocols)

    def protocol(self, name: str) -> dict[str, Any]:
        """Give the declaration of a protocol; ``KeyError`` if there is none with that name."""
        return self._find(self.protocols, name, f"database `{self.name}' has no protocol")

    def sets(self, protocol_name: str) -> dict[str, dict[str, Any]]:
        """Give the declarations of the sets of a protocol by their names: ``name``, ``outputs`` (version 1: and more).

        Raises
        ------
        KeyError
            When there is no such protocol.
        RuntimeError
            When its template is not valid.
        """
        return {declaration["name"]: declaration for declaration in self._sets_of(self.protocol(protocol_name))}

    def _sets_of(self, protocol: dict[str, Any]) -> list[dict[str, Any]]:
        if self.schema_version == 1:
            sets: list[dict[str, Any]] = protocol["sets"]
            return sets
        name = protocol["template"]
        template = self._templates.get(name)
        if template is None or not template.valid:
            errors = "\n  * ".join(self.errors if template is None else template.errors)
            raise RuntimeError(f"protocol template `{name}' of database `{self.name}' is not valid:\n  * {errors}")
        return template.sets()

    def set_names(self, protocol_name: str) -> list[str]:
        """Give the names of the sets of a protocol."""
        return list(self.sets(protocol_name))

    def set(self, protocol_name: str, set_name: str) -> dict[str, Any]:
        """Give the declaration of a set; ``KeyError`` if there is none with these names."""
        missing = f"protocol `{protocol_name}' of database `{self.name}' has no set"
        return self._find(self.sets(protocol_name), set_name, missing)

    @staticmethod
    def _find(known: dict[str, dict[str, Any]], name: str, missing: str) -> dict[str, Any]:
        if name not in known:
            raise KeyError(f"{missing} `{name}'; {suggest(name, known) or 'known are: ' + ', '.join(known)}")
        return known[name]

    def view_definition(self, protocol_name: str, set_name: str) -> dict[str, Any]:
        """Tell what gives the data of a set: ``name``, ``outputs``, ``view`` and, if declared, ``parameters``.

        Raises
        ------
        KeyError
            When there is no such protocol or set, or the set has no view.
        """
        declaration = self.set(protocol_name, set_name)
        if self.schema_version == 1:
            return declaration
        missing = f"protocol `{protocol_name}' of database `{self.name}' declares no view for set"
        view = self._find(declared_views(self.protocol(protocol_name)), set_name, missing)
        wanted: dict[str, Any] = {key: view[key] for key in ("view", "parameters") if key in view}
        return {"name": declaration["name"], "outputs": declaration["outputs"], **wanted}

    # -- views -----------------------------------------------------------------------------------------------------

    def view(self, protocol: str, name: str, exc: Translator | None = None, root_folder: str | None = None) -> Runner:
        """Load the view of a set; the code is executed once for each database object.

        Parameters
        ----------
        protocol, name
            Names of the protocol and the set.
        exc
            Makes the exception to raise out of errors of the database and its code.
        root_folder
            Where the files are, if not where the declaration says.

        Raises
        ------
        RuntimeError
            When the database has no name or is not valid (`exc` applies).
        KeyError
            When there is no such protocol or set.
        Exception
            What the code raises while it is loaded (`exc` applies).
        """
        if not self._name:
            raise (exc or RuntimeError)("database has no name")
        if not self.valid:
            text = f"cannot load the view of set `{name}' of protocol `{protocol}': database `{self.name}' is not valid"
            raise (exc or RuntimeError)(f"{text}:\n  * " + "\n  * ".join(self.errors))
        if self._module is None:
            module_name = self._name.replace("/", "_")
            self._module = loader.run(loader.load_module, "__new__", exc, module_name, self.storage.code.path, {})
        if root_folder is None:
            root_folder = self.data["root_folder"]
        definition = self.view_definition(protocol, name)
        return Runner(self._module, definition, self.prefix, root_folder, exc, self.dataformats)

    # -- writing ---------------------------------------------------------------------------------------------------

    def _save_to(self, storage: Any) -> None:
        storage.save(str(self), self.code, self._documentation_for(storage))

    def _export_dependencies(self, prefix: str) -> None:
        super()._export_dependencies(prefix)
        for template in self._templates.values():
            template.export(prefix)


def __getattr__(name: str) -> Any:
    """Load the tester of old views when somebody asks for it."""
    if name == "DatabaseTester":
        from .databasetester import DatabaseTester

        return DatabaseTester
    raise AttributeError(f"module `{__name__}' has no attribute `{name}'")
