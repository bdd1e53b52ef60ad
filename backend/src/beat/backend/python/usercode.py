"""What libraries, algorithms and plotters share: where their files are, and the libraries they use."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, ClassVar

from .asset import CodeAsset
from .problems import Problem, json_path
from .storage import CodeStorage, hashed_or_simple, split_name


class UserCodeStorage(CodeStorage):
    """The files of code called ``user/name/version``.

    Raises
    ------
    RuntimeError
        When the name has another shape.
    """

    def __init__(self, prefix: str, name: str, language: str | None = None) -> None:
        self.username, self.name, self.version = split_name(name, 3, self.asset_type)
        self.fullname = name
        self.prefix = prefix
        super().__init__(hashed_or_simple(prefix, self.asset_folder, name), language)


class UserCode(CodeAsset):
    """Code that may use libraries.

    Attributes
    ----------
    libraries : dict
        Full name to `Library` for each library that the code itself uses; also invalid ones.
    """

    library_klass: ClassVar[type[Any]]
    """Class of the libraries."""

    libraries: dict[str, Any]

    def _start(self, prefix: str) -> None:
        super()._start(prefix)
        self.libraries = {}

    def _read(self, data: Any) -> bool:
        """Read declaration and code; tell whether both are there."""
        if not self._load_named(data):
            return False
        self.storage.language = self.language
        return self._load_code()

    @property
    def uses(self) -> dict[str, str] | None:
        """Alias to full name of each library that the code itself uses."""
        declared: dict[str, str] | None = self._declared("uses")
        return declared

    @uses.setter
    def uses(self, value: dict[str, str]) -> None:
        self._set_uses(value)

    def _set_uses(self, value: dict[str, str]) -> None:
        if not isinstance(value, dict):
            raise RuntimeError(f"invalid uses entry for {self.noun} `{self.name}': a dict is wanted, not {value!r}")
        self.data["uses"] = value

    def _require_python(self) -> None:
        self._require_language()
        self._require_name()
        if self.language != "python":
            raise RuntimeError(f"{self.noun} `{self.name}' is written in {self.language}: only Python can be loaded")

    def uses_dict(self) -> dict[str, Any]:
        """Tell where the code of the libraries is: alias to ``{"path": ..., "uses": <the same again>}``.

        Raises
        ------
        RuntimeError
            When the language is not known, the object has no name, or one of the libraries is not valid.
        """
        self._require_language()
        self._require_name()
        problem = next(self._library_problems(), None)
        if problem is not None:
            raise RuntimeError(f"{self.noun} `{self.name}': {problem} ({problem.hint})")
        return {
            alias: {"path": library.storage.code.path, "uses": library.uses_dict()}
            for alias, library in self._used_libraries()
        }

    def _used_libraries(self) -> Iterator[tuple[str, Any]]:
        """Go through alias and library, without those that are only now being loaded."""
        for alias, name in (self.uses or {}).items():
            if name in self.libraries:
                yield alias, self.libraries[name]

    def _link_libraries(self, cache: dict[str, Any]) -> None:
        """Load the libraries; `cache` maps names to libraries, and to ``None`` while they are being loaded."""
        for name in (self.uses or {}).values():
            if name not in cache:
                with contextlib.suppress(RuntimeError):  # a name that no library can have: not valid, see below
                    self.library_klass(self.prefix, name, cache)
            if cache.get(name) is not None:
                self.libraries[name] = cache[name]

    def _library_problems(self) -> Iterator[Problem]:
        for alias, name in (self.uses or {}).items():
            library = self.libraries.get(name)
            path = json_path("uses", alias)
            if name == self._name and self.kind == "library":
                text = f"recursion for library `{name}' detected"
                yield Problem(text, path=path, kind="recursion", hint="a library cannot use itself")
            elif library is None:
                text = f"referred library `{name}' ({alias}) is not valid"
                hint = "its name is not like `user/name/version', or it uses this library in turn"
                yield Problem(text, path=path, kind="recursion", hint=hint)
            elif not library.valid:
                text = f"referred library `{name}' ({alias}) is not valid"
                yield Problem(text, path=path, kind="reference", hint=str(library.errors[0]), causes=library.problems)

    def _language_problems(self) -> Iterator[Problem]:
        """Compare languages; code in a language not yet known agrees with everything."""
        if self.language == "unknown":
            return
        for alias, library in self._used_libraries():
            if library.data is not None and library.language != self.language:
                text = (
                    f"language for used library `{library.name}' (`{library.language}') "
                    f"differs from current language for this {self.kind} (`{self.language}')"
                )
                hint = f"use a library in {self.language}"
                yield Problem(text, path=json_path("uses", alias), kind="language", hint=hint)

    def _export_dependencies(self, prefix: str) -> None:
        # Each library once, over whichever ways it is reached: a second time would leave a backup behind.
        pending = list(self.libraries.values())
        done = set()
        while pending:
            library = pending.pop()
            if library.name not in done:
                done.add(library.name)
                pending += library.libraries.values()
                library.write(library.storage_type(prefix, library.name))
