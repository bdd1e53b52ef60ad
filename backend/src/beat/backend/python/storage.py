"""Where declared objects live in a prefix: their names, paths and files."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from . import files, jsonio
from .hash import hash as hash_of
from .hash import hashFileContents, hashJSONFile, toUserPath

_EXTENSIONS = {"unknown": "", "cxx": ".so", "matlab": ".m", "python": ".py", "r": ".r"}
_NO_NAMES = frozenset(("", ".", ".."))


def extension_for_language(language: str) -> str:
    """Give the extension of code files; ``KeyError`` for an unknown language."""
    return _EXTENSIONS[language]


def split_name(name: str, parts: int, what: str) -> list[str]:
    """Split the full name of an object into its parts, which later become folders.

    Raises
    ------
    RuntimeError
        When the number of parts is another, or a part could not be a plain file name (empty, ``.``, ``..``, a
        backslash, control characters).
    """
    text = str(name)
    pieces = text.split("/")
    if len(pieces) != parts:
        raise RuntimeError(f"invalid {what} name: `{name}' has {len(pieces)} parts between slashes, {parts} are wanted")
    if "\\" in text or not text.isprintable() or not _NO_NAMES.isdisjoint(pieces):
        wrong = next(piece for piece in pieces if piece in _NO_NAMES or "\\" in piece or not piece.isprintable())
        raise RuntimeError(f"invalid {what} name: {wrong!r} in {text!r} cannot be part of a name")
    return pieces


def hashed_or_simple(prefix: str | os.PathLike[str], what: str, path: str, suffix: str = ".json") -> str:
    """Give the path of an object: below the hashed folder of its user if it exists there, else the plain one.

    Raises
    ------
    ValueError
        When `path` has no slash.
    """
    username, right_part = path.split("/", 1)
    root = os.fspath(prefix)
    folder = f"{root}{what}/" if not root or root.endswith("/") else f"{root}/{what}/"
    hashed = f"{folder}{_user_path(username)}/{right_part}"
    # Most objects are not there, and this way of asking makes no exception of it.
    if os.access(hashed + suffix, os.F_OK):
        return hashed
    return folder + path


_user_path = functools.lru_cache(maxsize=1024)(toUserPath)


def safe_rmfile(f: str | os.PathLike[str]) -> None:
    """Remove a file if it exists."""
    with contextlib.suppress(FileNotFoundError):
        os.remove(f)


def safe_rmdir(f: str | os.PathLike[str]) -> None:
    """Remove the folder *containing* `f` if it exists and is empty."""
    folder = os.path.dirname(f)
    if folder and os.path.isdir(folder) and not os.listdir(folder):
        os.rmdir(folder)


class Prefix:
    """A list of folders in which files are looked for, the first one first."""

    def __init__(self, paths: str | os.PathLike[str] | Iterable[str] | None = None) -> None:
        if isinstance(paths, str | os.PathLike):
            paths = [os.fspath(paths)]
        self.paths: list[str] = paths if isinstance(paths, list) else list(paths or ())

    def add(self, path: str) -> None:
        """Append a folder."""
        self.paths.append(path)

    def path(self, filename: str) -> str:
        """Give the first existing ``<folder>/filename``, else the one in the first folder."""
        candidates = [os.path.join(folder, filename) for folder in self.paths]
        return next((candidate for candidate in candidates if os.path.exists(candidate)), candidates[0])


class File:
    """One file of an object; text is UTF-8."""

    def __init__(self, path: str | os.PathLike[str], binary: bool = False) -> None:
        self.path = os.fspath(path)
        self.binary = binary

    def __fspath__(self) -> str:
        return self.path

    def exists(self) -> bool:
        """Tell whether the file is there."""
        return os.path.exists(self.path)

    def load(self) -> Any:
        """Read the content: ``bytes`` if binary, else ``str``. A missing file raises ``FileNotFoundError``."""
        content = files.read(self.path)
        return content if self.binary else content.decode("utf-8")

    def try_load(self) -> Any:
        """Read the content, or give ``None`` when there is no file."""
        return self.load() if self.exists() else None

    def backup(self) -> None:
        """Copy an existing file to ``<path>~``."""
        if self.exists():
            import shutil  # heavier than all the rest of this module, and needed by writers only

            shutil.copy(self.path, self.path + "~")

    def save(self, contents: str | bytes) -> None:
        """Write the file, missing folders included; what it held before goes to ``<path>~``.

        The content appears at once: a reader finds the old file or the new one, never a part.
        """
        data = contents.encode("utf-8") if isinstance(contents, str) else contents
        # A link stays one: what it leads to is written.
        target = os.path.realpath(self.path)
        folder, name = os.path.split(target)
        os.makedirs(folder, exist_ok=True)
        self.backup()
        unfinished = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
        try:
            with open(unfinished, "wb") as file:
                file.write(data)
            os.replace(unfinished, target)
        except BaseException:
            safe_rmfile(unfinished)
            raise

    def remove(self) -> None:
        """Delete the file and its backup, and the folder if that leaves it empty."""
        safe_rmfile(self.path)
        safe_rmfile(self.path + "~")
        safe_rmdir(self.path)


class StoredDeclaration(NamedTuple):
    """What a `Storage` loads: the JSON text and the documentation (``None`` when absent)."""

    declaration: str
    description: str | None


class StoredCode(NamedTuple):
    """What a `CodeStorage` loads: the JSON text, the code and the documentation (``None`` when absent)."""

    declaration: str
    code: bytes | None
    description: str | None


class AbstractStorage:
    """The files of one object.

    Raises
    ------
    TypeError
        When a subclass does not say its `asset_type` and `asset_folder`.
    """

    asset_type: ClassVar[str]
    asset_folder: ClassVar[str]

    def __init__(self, path: str) -> None:
        for attribute in ("asset_type", "asset_folder"):
            if not isinstance(getattr(type(self), attribute, None), str):
                raise TypeError(f"{type(self).__name__} must define the text attribute `{attribute}'")
        self.path = path

    @property
    def json(self) -> File:
        """File of the declaration."""
        return File(self.path + ".json")

    @property
    def doc(self) -> File:
        """File of the documentation."""
        return File(self.path + ".rst")

    def exists(self) -> bool:
        """Tell whether the declaration is there."""
        return self.json.exists()

    def remove(self) -> None:
        """Delete declaration and documentation."""
        self.json.remove()
        self.doc.remove()

    def hash(self) -> str:
        """Digest of the stored object."""
        raise NotImplementedError

    def load(self) -> Any:
        """Read the stored object."""
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the object."""
        raise NotImplementedError

    def _save_texts(self, declaration: Any, description: str | None) -> None:
        self.json.save(declaration if isinstance(declaration, str | bytes) else jsonio.dumps(declaration))
        if description:
            self.doc.save(description)


class Storage(AbstractStorage):
    """The files of an object without code."""

    prefix: str
    name: str

    def hash(self, description: str = "description") -> str:
        """Digest of the declaration without its short description."""
        return hashJSONFile(self.json.path, description)

    def load(self) -> StoredDeclaration:
        """Read ``(declaration, description)``; the latter is the documentation."""
        return StoredDeclaration(self.json.load(), self.doc.try_load())

    def save(self, declaration: Any, description: str | None = None) -> None:
        """Write the declaration and, when not empty, the documentation."""
        self._save_texts(declaration, description)


class CodeStorage(AbstractStorage):
    """The files of an object with code.

    Parameters
    ----------
    path
        Path without extension.
    language
        Decides the extension of the code; ``None`` takes it from the declaration, ``unknown`` if that has no usable
        one.
    """

    prefix: str
    name: str

    def __init__(self, path: str, language: str | None = None) -> None:
        super().__init__(path)
        self._language = language

    def _declared_language(self) -> str:
        try:
            language = jsonio.load(self.json.path)["language"]
        except (OSError, ValueError, RuntimeError, LookupError, TypeError):
            return "unknown"
        return language if isinstance(language, str) and language in _EXTENSIONS else "unknown"

    @property
    def language(self) -> str:
        """Language of the code; it decides the extension of `code`. Read from the declaration on first use."""
        if self._language is None:
            self._language = self._declared_language()
        return self._language

    @language.setter
    def language(self, value: str) -> None:
        self._language = value

    @property
    def code(self) -> File:
        """File of the code."""
        return File(self.path + _EXTENSIONS.get(self.language, ""), binary=True)

    def exists(self) -> bool:
        """Tell whether declaration and code are there."""
        return super().exists() and self.code.exists()

    def hash(self) -> str:
        """Digest of declaration (without its short description) and code."""
        declaration = hashJSONFile(self.json.path, "description")
        if not self.code.exists():
            return declaration
        return hash_of({"declaration": declaration, "code": hashFileContents(self.code.path)})

    def load(self) -> StoredCode:
        """Read ``(declaration, code, description)``; the last one is the documentation."""
        return StoredCode(self.json.load(), self.code.try_load(), self.doc.try_load())

    def save(self, declaration: Any, code: str | bytes | None = None, description: str | None = None) -> None:
        """Write the declaration and, when not empty, code and documentation."""
        self._save_texts(declaration, description)
        if code:
            if self.language == "unknown":
                self.language = self._declared_language()
            self.code.save(code)

    def remove(self) -> None:
        """Delete declaration, documentation and code."""
        # Found first: where the code is, may be told by the declaration only.
        code = self.code
        super().remove()
        code.remove()
