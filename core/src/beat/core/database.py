"""Databases, validated."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from beat.backend.python.database import Database as BackendDatabase
from beat.backend.python.database import Storage, declared_views
from beat.backend.python.problems import Problem, json_path
from beat.backend.python.protocoltemplate import Storage as PTStorage

from . import prototypes
from .asset import DeclaredMixin
from .dataformat import DataFormat
from .protocoltemplate import ProtocolTemplate

__all__ = ["BackendDatabase", "Database", "PTStorage", "Storage", "get_first_procotol_template"]


def get_first_procotol_template(prefix: str) -> str:
    """Name the first valid protocol template of a prefix: folders in their order, of each the last version.

    Raises
    ------
    RuntimeError
        When no template is valid.
    FileNotFoundError
        When the prefix has no folder of protocol templates.
    """
    from pathlib import Path  # late: only new databases need it

    root = Path(prefix, PTStorage.asset_folder)
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        versions = sorted(os.listdir(folder))
        if versions:
            name = f"{folder.name}/{versions[-1].partition('.')[0]}"
            with contextlib.suppress(RuntimeError):  # a folder whose name no template can have
                if ProtocolTemplate(prefix, name).valid:
                    return name
    raise RuntimeError(f"there is no valid protocol template in {root}: a database needs one")


class Database(DeclaredMixin, BackendDatabase):
    """A database whose declaration is checked; what is wrong with it goes to `errors`.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        A name, a declaration (kept, not copied), a pair ``(declaration, code)``, or ``None`` for a default one.
    dataformat_cache
        Data formats by name: taken from there, and added to it.

    Raises
    ------
    RuntimeError
        When a name is not ``<name>/<version>``; for a default one, when the prefix has no valid protocol template.
    ValueError
        When a tuple or list has not two items.
    """

    dataformat_klass = DataFormat
    template_klass = ProtocolTemplate
    copies_declaration = False

    def __init__(self, prefix: str, data: Any, dataformat_cache: dict[str, Any] | None = None) -> None:
        super().__init__(prefix, data, dataformat_cache)

    def _read(self, data: Any) -> bool:
        code: Any = None
        if isinstance(data, tuple | list):
            data, code = data
        if not self._declare(data):
            return False
        if isinstance(data, str):
            return self._load_code()
        self.code = prototypes.binary_load("database.py") if code is None else code
        return True

    def _default_declaration(self) -> Any:
        declaration = super()._default_declaration()
        declaration["protocols"][0]["template"] = get_first_procotol_template(self.prefix)
        return declaration

    @property
    def is_database_rawdata_access_enabled(self) -> bool:
        """Whether algorithms may read the files of the database themselves."""
        enabled: bool = self._declared("direct_rawdata_access", False)
        return enabled

    # -- checks ----------------------------------------------------------------------------------------------------

    def _link(self, cache: dict[str, Any]) -> None:
        super()._link(cache)
        for problems in (self._repeated_names(), self._invalid_dataformats(), self._misplaced_views()):
            self.errors += problems

    def _repeated_names(self) -> Iterator[Problem]:
        repeated, last = _repeated(self.data["protocols"])
        if repeated:
            text = f"found different protocols with the same name: {', '.join(repeated)}"
            hint = "give each protocol a name of its own"
            yield Problem(text, path=f"/protocols/{last}/name", kind="name", hint=hint)
        for position, protocol in enumerate(self.data["protocols"]):
            repeated, last = _repeated(self._known_sets(protocol))
            if repeated:
                name = protocol["name"]
                text = f"found different sets with the same name at protocol `{name}': {', '.join(repeated)}"
                place = "template" if self.schema_version == 2 else f"sets/{last}/name"
                hint = "give each set of a protocol a name of its own"
                yield Problem(text, path=f"/protocols/{position}/{place}", kind="name", hint=hint)

    def _known_sets(self, protocol: dict[str, Any]) -> list[dict[str, Any]]:
        """List the sets of a protocol, none if its template is not valid (which is an error already)."""
        if self.schema_version == 2:
            template = self._templates.get(protocol["template"])
            return template.sets() if template is not None and template.valid else []
        return self._sets_of(protocol)

    def _invalid_dataformats(self) -> Iterator[Problem]:
        """Report each invalid data format once, where it is used first."""
        reported = set()
        for position, protocol in enumerate(self.data["protocols"]):
            for i, declaration in enumerate(self._known_sets(protocol)):
                for output, name in declaration["outputs"].items():
                    dataformat = self.dataformats.get(name)
                    if dataformat is None or dataformat.valid or name in reported:
                        continue
                    reported.add(name)
                    text = (
                        f"found error validating data format `{name}' for output `{output}' on set "
                        f"`{declaration['name']}' of protocol `{protocol['name']}': " + "\n".join(dataformat.errors)
                    )
                    place = ["template"] if self.schema_version == 2 else ["sets", i, "outputs", output]
                    path = json_path("protocols", position, *place)
                    yield Problem(text, path=path, kind="reference", causes=dataformat.problems)

    def _misplaced_views(self) -> Iterator[Problem]:
        """Report views that are looked for elsewhere than in the file of the database."""
        for position, protocol in enumerate(self.data["protocols"]):
            path = f"/protocols/{position}"
            if self.schema_version == 2:
                views = {f"{path}/views/{key}": key for key in protocol["views"]}
                views |= {f"{path}/views/{key}/view": it["view"] for key, it in declared_views(protocol).items()}
            else:
                views = {f"{path}/sets/{i}/view": it["view"] for i, it in enumerate(protocol["sets"])}
            for place, view in views.items():
                if "." in str(view) or "/" in str(view):
                    text = f"{place}: view `{view}' must be a class in the code of the database itself"
                    yield Problem(text, path=place, kind="name", hint="write no more than the name of the class")


def _repeated(declarations: Sequence[Mapping[str, Any]]) -> tuple[list[str], int]:
    """Find the names that several declarations have, and the position of the first one that repeats a name."""
    names = [declaration["name"] for declaration in declarations]
    repeated = [name for name, count in Counter(names).items() if count > 1]
    second = min((names.index(name, names.index(name) + 1) for name in repeated), default=-1)
    return repeated, second
