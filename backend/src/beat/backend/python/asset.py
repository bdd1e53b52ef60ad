"""What all declared objects share: a name, files in a prefix, a declaration, and a list of what is wrong with it."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from . import jsonio
from .problems import Problem
from .storage import CodeStorage, File, Storage


class _Readable(Protocol):
    def read(self) -> str: ...


def read_code(file: File, what: str, errors: list[str]) -> bytes | None:
    """Read a file of code; what prevents that is one more error, and ``None``.

    Parameters
    ----------
    what
        Begins the message: ``Library code``.
    """
    try:
        code: bytes = file.load()
    except FileNotFoundError:
        errors.append(Problem(f"{what} not found: {file.path}", kind="code"))
    except OSError as error:
        errors.append(Problem(f"{what} cannot be read: {error}", kind="code"))
    else:
        return code
    return None


class Asset:
    """A declared object of a prefix.

    Subclasses say what they are in class attributes and load themselves with `_load_named`.

    Attributes
    ----------
    prefix : str
        Folder of all declared objects.
    data : dict or None
        The declaration; ``None`` when it could not be read.
    errors : list of str
        What is wrong, as `Problem` texts; empty for a valid object.
    storage : Storage or None
        The files of the object; ``None`` when it has no name.
    """

    kind: ClassVar[str]
    """Schema name, and the middle of the name of unnamed objects: ``dataformat``."""
    title: ClassVar[str]
    """Begins messages about the declaration: ``Dataformat``."""
    noun: ClassVar[str]
    """Begins messages about a missing name: ``dataformat`` has no name."""
    storage_type: ClassVar[type[Any]]
    missing_shows_path: ClassVar[bool] = False
    """Whether the message about a missing declaration shows the path of the file in place of the object's name."""
    description_key: ClassVar[str] = "description"
    version_key: ClassVar[str] = "schema_version"

    prefix: str
    data: Any
    errors: list[str]
    storage: Any
    _name: str | None

    def _start(self, prefix: str) -> None:
        """Begin as an unnamed, empty object."""
        self.prefix = prefix
        self.data = None
        self.errors = []
        self.storage = None
        self._name = None

    # -- reading ---------------------------------------------------------------------------------------------------

    def _load_named(self, name: str) -> bool:
        """Read the declaration of that name from the prefix; tell whether there is one.

        Raises
        ------
        RuntimeError
            When the name does not have the shape of such names.
        """
        self._rename(name)
        try:
            self.data = jsonio.load(self.storage.json)
        except (OSError, ValueError, RuntimeError) as error:
            if not self.storage.json.exists():
                self.errors.append(self._not_found(name))
                return False
            text = f"{self.title} declaration file invalid: {self.storage.json.path}: {error}"
            self.errors.append(Problem(text, kind="syntax"))
            return False
        if not isinstance(self.data, dict):
            text = f"{self.title} declaration file invalid: {self.storage.json.path}: not a JSON object"
            self.errors.append(Problem(text, path="/", kind="syntax"))
            self.data = None
            return False
        return True

    def _not_found(self, name: str) -> Problem:
        shown = self.storage.json.path if self.missing_shows_path else name
        return Problem(f"{self.title} declaration file not found: {shown}", kind="missing")

    # -- identity --------------------------------------------------------------------------------------------------

    def _rename(self, name: str) -> None:
        self.storage = self.storage_type(self.prefix, name)
        self._name = name

    @property
    def name(self) -> str:
        """Full name, or ``__unnamed_<kind>__``; setting it also builds `storage` for that name."""
        return self._name or f"__unnamed_{self.kind}__"

    @name.setter
    def name(self, value: str) -> None:
        self._rename(value)

    def _require_name(self) -> None:
        if not self._name:
            raise RuntimeError(f"{self.noun} has no name")

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    def _declared(self, key: str, default: Any = None) -> Any:
        """Look up a top-level key of the declaration, also of one that could not be read."""
        return self.data.get(key, default) if isinstance(self.data, dict) else default

    @property
    def problems(self) -> list[Problem]:
        """What is wrong, as data: `errors` as problems that know the file of the declaration they are in."""
        return [Problem.of(error, self.file) for error in self.errors]

    @property
    def file(self) -> str:
        """File of the declaration; empty for an object without a name."""
        return "" if self.storage is None else str(self.storage.json.path)

    @property
    def schema_version(self) -> int:
        """Version of the schema that the declaration follows."""
        version: int = self._declared(self.version_key, 1)
        return version

    @property
    def description(self) -> str | None:
        """Short description from the declaration."""
        text: str | None = self._declared(self.description_key)
        return text

    @description.setter
    def description(self, value: str) -> None:
        self.data[self.description_key] = value

    @property
    def documentation(self) -> str | None:
        """Long documentation, from its own file; setting it (a text, or an object with ``read()``) writes at once.

        Raises
        ------
        RuntimeError
            When the object has no name.
        """
        self._require_name()
        text: str | None = self.storage.doc.try_load()
        return text

    @documentation.setter
    def documentation(self, value: str | _Readable) -> None:
        self._require_name()
        self.storage.doc.save(value if isinstance(value, str) else value.read())

    def hash(self) -> str:
        """Digest of the stored files: 64 hexadecimal digits.

        Raises
        ------
        RuntimeError
            When the object has no name.
        """
        self._require_name()
        digest: str = self.storage.hash()
        return digest

    # -- writing ---------------------------------------------------------------------------------------------------

    def json_dumps(self, indent: int | None = 4) -> str:
        """Write the declaration as JSON text, keys in their own order."""
        return jsonio.dumps(self.data, indent)

    def __str__(self) -> str:
        return self.json_dumps()

    def _documentation_for(self, target: Storage | CodeStorage) -> str | None:
        """Choose what goes into the documentation file of a storage; ``None`` leaves that file alone.

        The long documentation travels with the object. The short description stands in only where neither this
        object nor the target has one, so that it never replaces a real text.
        """
        own = self.storage.doc if self.storage is not None else None
        if own is not None and own.exists():
            text: str | None = None if own.path == target.doc.path else own.load()
            return text
        return None if target.doc.exists() else self.description

    def write(self, storage: Any = None) -> None:
        """Write the object to its own or the given storage.

        Raises
        ------
        RuntimeError
            When there is no storage given and the object has no name, or its declaration could not be read.
        """
        if storage is None:
            self._require_name()
            storage = self.storage
        if self.data is None:
            raise RuntimeError(f"{self.noun} `{self.name}' has no declaration to write")
        self._save_to(storage)

    def _save_to(self, storage: Any) -> None:
        storage.save(str(self), description=self._documentation_for(storage))

    def export(self, prefix: str) -> None:
        """Copy the object and everything it refers to into another prefix.

        Raises
        ------
        RuntimeError
            When the object has no name or is not valid, or the other prefix is this one.
        """
        self._require_name()
        if not self.valid:
            raise RuntimeError(f"{self.noun} `{self.name}' is not valid:\n  * " + "\n  * ".join(self.errors))
        if prefix == self.prefix:
            raise RuntimeError(f"cannot export {self.noun} `{self.name}' to its own prefix ({prefix})")
        self._export_dependencies(prefix)
        self.write(self.storage_type(prefix, self.name))

    def _export_dependencies(self, prefix: str) -> None:
        """Export what this object refers to; most kinds refer to something and say so."""


class CodeAsset(Asset):
    """A declared object that comes with code.

    Attributes
    ----------
    code : bytes, str or None
        The code: bytes when read from a file, else what the caller gave.
    """

    code: bytes | str | None

    def _start(self, prefix: str) -> None:
        super()._start(prefix)
        self.code = None

    def _load_code(self) -> bool:
        """Read the code of a named object; tell whether there is any."""
        self.code = read_code(self.storage.code, f"{self.title} code", self.errors)
        return self.code is not None

    @property
    def name(self) -> str:
        """Full name, or ``__unnamed_<kind>__``; setting it also builds `storage` for that name.

        Raises
        ------
        RuntimeError
            When set while the language is not known, since the name of the code file depends on it.
        """
        return self._name or f"__unnamed_{self.kind}__"

    @name.setter
    def name(self, value: str) -> None:
        self._require_language()
        self.storage = self.storage_type(self.prefix, value, self.language)
        self._name = value

    @property
    def language(self) -> str:
        """Language of the code; setting it also moves the code file of the storage."""
        language: str = self._declared("language", "unknown")
        return language

    @language.setter
    def language(self, value: str) -> None:
        self._set_language(value)

    def _set_language(self, value: str) -> None:
        self.data["language"] = value
        if self.storage is not None:
            self.storage.language = value

    def _require_language(self) -> None:
        if self.language == "unknown":
            raise RuntimeError(f"{self.noun} has no programming language set")

    def write(self, storage: Any = None) -> None:
        """Write declaration, code and documentation to the own or the given storage.

        Raises
        ------
        RuntimeError
            When the language is not known, or there is no storage given and the object has no name.
        """
        self._require_language()
        super().write(storage)

    def _save_to(self, storage: Any) -> None:
        storage.save(str(self), self.code, self._documentation_for(storage))
