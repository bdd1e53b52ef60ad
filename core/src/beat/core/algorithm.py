"""Algorithms, validated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from beat.backend.python import algorithm as backend
from beat.backend.python.algorithm import Runner, Storage
from beat.backend.python.problems import Problem

from . import prototypes
from .asset import CodeDeclaredMixin
from .dataformat import DataFormat
from .library import Library

__all__ = ["Algorithm", "Runner", "Storage", "load_algorithm_prototype"]


def load_algorithm_prototype(prefix: str) -> Any:
    """Give the declaration of a new algorithm, which reads and writes integers of a format found in the prefix.

    That format is the newest version of some user's ``integers``, or else of some user's ``integer``.

    Raises
    ------
    RuntimeError
        When there is no such format.
    """
    from pathlib import Path  # late: only new algorithms need it

    formats = Path(prefix) / "dataformats"
    for name in ("integers", "integer"):
        # The second pattern finds users in the hashed layout.
        found = [file for pattern in ("*/", "*/*/*/") for file in formats.glob(f"{pattern}{name}/*.json")]
        versions = [file for file in found if file.stem.isascii() and file.stem.isdecimal()]
        if versions:
            newest = max(versions, key=lambda file: (int(file.stem), file.parent.parent.name))
            return _prototype_of(f"{newest.parent.parent.name}/{name}/{newest.stem}")
    raise RuntimeError(f"no data format called `integers' or `integer' below {formats}: a new algorithm needs one")


def _prototype_of(dataformat: str) -> Any:
    declaration, _ = prototypes.load("algorithm")
    for group in declaration["groups"]:
        for section in ("inputs", "outputs"):
            for endpoint in group[section].values():
                endpoint["type"] = dataformat
    return declaration


class Algorithm(CodeDeclaredMixin, backend.Algorithm):
    """An algorithm, loaded from a prefix or made from a declaration, and validated.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        A name, a declaration, a pair ``(declaration, code)``, or ``None`` for a new algorithm.
    dataformat_cache
        Name to data format, shared between objects that are loaded together.
    library_cache
        The same for libraries.

    Raises
    ------
    RuntimeError
        When a name has not the shape ``user/name/version``, or no data format is found for a new algorithm.
    ValueError
        When a tuple or list has not two items.
    """

    dataformat_klass = DataFormat
    library_klass = Library
    code_without_file = frozenset({"cxx"})

    def __init__(
        self,
        prefix: str,
        data: Any,
        dataformat_cache: dict[str, Any] | None = None,
        library_cache: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(prefix, data, dataformat_cache, library_cache)

    def _read(self, data: Any) -> bool:
        return self._declare_code(data)

    def _default_declaration(self) -> Any:
        return load_algorithm_prototype(self.prefix)

    def _link_dataformats(self, cache: dict[str, Any]) -> None:
        self.errors += self._repeated_names()
        super()._link_dataformats(cache)
        self.errors += self._dataformat_problems()

    def _link_libraries(self, cache: dict[str, Any]) -> None:
        if self.uses:
            super()._link_libraries(cache)
            self.errors += self._library_problems()
            self.errors += self._language_problems()

    def _repeated_names(self) -> Iterator[Problem]:
        for section in ("inputs", "outputs"):
            names = [name for group in self.groups for name in group.get(section, ())]
            if len(names) > len(set(names)):
                repeated = [name for name, count in Counter(names).items() if count > 1]
                what = section.removesuffix("s")
                text = f"repeated {what} name in algorithm `{self.name}' declaration: {', '.join(repeated)}"
                yield Problem(text, path="/groups", kind="name", hint=f"give each {what} a name of its own")

    def _dataformat_problems(self) -> Iterator[Problem]:
        """Report each bad data format once for each section of a group, with all names that refer to it."""
        if all(dataformat.valid for dataformat in self.dataformats.values()):
            return
        for i, group in enumerate(self.groups):
            for section in ("inputs", "outputs", "loop"):
                types = {name: endpoint["type"] for name, endpoint in group.get(section, {}).items()}
                yield from self._bad_formats(types, section, f"/groups/{i}/{section}")
        yield from self._bad_formats(self._result_formats(), "result", "/results")

    def _bad_formats(self, types: dict[str, str], section: str, path: str) -> Iterator[Problem]:
        bad: dict[str, list[str]] = {}
        for name, dataformat in types.items():
            if dataformat in self.dataformats and not self.dataformats[dataformat].valid:
                bad.setdefault(dataformat, []).append(name)
        for dataformat, names in bad.items():
            quoted = ", ".join(f"`{name}'" for name in names)
            text = (
                f"found error validating data format `{dataformat}' for {section} {quoted} "
                f"on algorithm `{self.name}': " + "\n".join(self.dataformats[dataformat].errors)
            )
            causes = self.dataformats[dataformat].problems
            yield Problem(text, path=f"{path}/{names[0]}", kind="reference", causes=causes)
