"""Data formats: the declared types of what flows between blocks."""

from __future__ import annotations

import builtins
import threading
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .asset import Asset
from .baseformat import baseformat, generate
from .fields.codec import Codec
from .fields.kinds import BASE_TYPES
from .fields.values import read_fields
from .hash import hashJSONFile
from .problems import MOST_HINTS, Problem, json_path
from .storage import Storage as _Storage
from .storage import hashed_or_simple, split_name

_DESCRIPTION, _VERSION, _EXTENDS = "#description", "#schema_version", "#extends"
_RESERVED = frozenset((_DESCRIPTION, _VERSION, _EXTENDS))

#: Two threads that ask for the class of one format must get the same one.
_making_types = threading.RLock()


class Storage(_Storage):
    """The files of a data format.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    name
        Full name: ``user/name/version``.

    Raises
    ------
    RuntimeError
        When the name has another shape.
    """

    asset_type = "dataformat"
    asset_folder = "dataformats"

    def __init__(self, prefix: str, name: str) -> None:
        self.username, self.name, self.version = split_name(name, 3, "dataformat")
        self.fullname = name
        self.prefix = prefix
        super().__init__(hashed_or_simple(prefix, self.asset_folder, name))

    def hash(self, description: str = _DESCRIPTION) -> str:
        """Digest of the declaration without its short description."""
        return hashJSONFile(self.json.path, description)


class DataFormat(Asset):
    """A data format.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    data
        A name, or the declaration itself.
    parent
        For an inline format: the format that holds it, and the name of the field.
    dataformat_cache
        Name -> format, shared by those who load many objects; each format that is loaded by name enters it.

    Attributes
    ----------
    resolved : dict or None
        Field -> name of a base type, `DataFormat`, or a list of sizes with one of these at its end; extended fields
        come first. ``None`` when there is no declaration.
    referenced : dict
        Name -> `DataFormat` for each format that the declaration names.

    Raises
    ------
    RuntimeError
        When a name does not have the shape of such names.
    """

    kind = "dataformat"
    title = "Dataformat"
    noun = "dataformat"
    storage_type = Storage
    missing_shows_path = True
    description_key = _DESCRIPTION
    version_key = _VERSION
    name_of_unnamed: ClassVar[str] = "analysis:result"

    parent: tuple[DataFormat, str] | None
    resolved: dict[str, Any] | None
    referenced: dict[str, DataFormat]
    _type: builtins.type[baseformat] | None
    _loading_thread: int | None

    def __init__(
        self,
        prefix: str,
        data: Any,
        parent: tuple[DataFormat, str] | None = None,
        dataformat_cache: dict[str, Any] | None = None,
    ) -> None:
        self._start(prefix)
        self.parent = parent
        cache = {} if dataformat_cache is None else dataformat_cache
        if isinstance(data, str):
            self._load_into(cache, data)
        elif self._read(data):
            self._resolve(cache)

    def _start(self, prefix: str) -> None:
        super()._start(prefix)
        self.parent = None
        self.resolved = None
        self.referenced = {}
        self._type = None
        self._loading_thread = None

    # -- loading ---------------------------------------------------------------------------------------------------

    def _load_into(self, cache: dict[str, Any], name: str) -> None:
        """Load by name; stand in the cache meanwhile, so that a format which comes back to itself is found out."""
        replaced = cache.get(name)
        self._loading_thread = threading.get_ident()
        cache[name] = self
        try:
            if self._read(name):
                self._resolve(cache)
        except BaseException:
            if replaced is None:
                del cache[name]
            else:
                cache[name] = replaced
            raise
        finally:
            self._loading_thread = None

    def _read(self, data: Any) -> bool:
        """Get hold of the declaration; tell whether there is a usable one."""
        if isinstance(data, dict) or data is None:
            self.data = data or {}
            return True
        return self._load_named(data)

    def _problem(self, text: str, path: str, kind: str, hint: str = "", causes: Iterable[Problem] = ()) -> None:
        self.errors.append(Problem(text, path=path, kind=kind, hint=hint, causes=causes))

    def _resolve(self, cache: dict[str, Any]) -> None:
        own = {
            field: self._resolved_type(declared, field, cache)
            for field, declared in self.data.items()
            if field not in _RESERVED
        }
        self.resolved = {**self._extended_fields(own, cache), **own}
        # What is wrong with a format that is referred to twice is told once.
        self.errors[:] = dict.fromkeys(self.errors)

    def _extended_fields(self, own: dict[str, Any], cache: dict[str, Any]) -> dict[str, Any]:
        if self.extends is None:
            return {}
        base = self._refer(self.extends, f"/{_EXTENDS}", cache)
        if base is None or base.resolved is None:
            return {}
        for field in own:
            if field in base.resolved:
                text = (
                    f"the attribute `{field}' in `{self.name}' clashes with an attribute with the same name on the "
                    f"extended class `{base.name}'"
                )
                self._problem(text, json_path(field), "name", "choose another name, or do not extend")
        return base.resolved

    def _resolved_type(self, declared: Any, field: str, cache: dict[str, Any]) -> Any:
        if isinstance(declared, list) and len(declared) > 1:
            *sizes, element = declared
            if any(isinstance(size, bool) or not isinstance(size, int | float) or size < 0 for size in sizes):
                self._problem(f"`{self.name}', field `{field}': {sizes} are no sizes", json_path(field), "value")
            return [*(int(size) for size in sizes), self._resolved_element(element, field, cache, len(sizes))]
        return self._resolved_element(declared, field, cache)

    def _resolved_element(self, declared: Any, field: str, cache: dict[str, Any], *index: int) -> Any:
        if isinstance(declared, str) and declared in BASE_TYPES:
            return "string" if declared == "str" else declared
        path = json_path(field, *index)
        if isinstance(declared, dict):
            return self._inline(declared, field, path, cache)
        if not isinstance(declared, str):
            self._problem(f"`{self.name}', field `{field}': {declared!r} is no type", path, "type")
            return None
        return self._refer(declared, path, cache)

    def _inline(self, declared: dict[str, Any], field: str, path: str, cache: dict[str, Any]) -> DataFormat:
        # The schema has been applied to the whole declaration: this part needs no second look, so no constructor.
        inline = self.__class__.__new__(self.__class__)
        inline._start(self.prefix)
        inline.data, inline.parent = declared, (self, field)
        inline._resolve(cache)
        for problem in inline.problems:
            self._problem(problem, f"{path}{problem.path}", problem.kind, problem.hint, problem.causes)
        self.referenced.update(inline.referenced)
        return inline

    def _refer(self, name: str, path: str, cache: dict[str, Any]) -> DataFormat | None:
        """Find or load the format that the declaration names at `path`."""
        found: DataFormat | None = cache.get(name)
        if found is not None and found._loading_thread == threading.get_ident():
            self._problem(f"recursion for dataformat `{name}' detected", path, "recursion")
            return None
        if found is None or found._loading_thread is not None:
            try:
                found = self.__class__(self.prefix, name, None, cache)
            except RuntimeError as error:
                self._problem(f"referred dataformat `{name}' is invalid: {error}", path, "reference")
                return None
        if not found.valid:
            # The causes once, however often it is referred to.
            causes = [] if name in self.referenced else found.problems
            hint = "; ".join(found.errors[:MOST_HINTS])
            self._problem(f"referred dataformat `{name}' is invalid", path, "reference", hint, causes)
        self.referenced[name] = found
        return found

    # -- identity --------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Full name; ``<name of the parent>.<field>_type`` for an inline format. Setting it also builds `storage`."""
        if self._name:
            return self._name
        if self.parent is not None:
            outer, field = self.parent
            return f"{outer.name}.{field}_type"
        return self.name_of_unnamed

    @name.setter
    def name(self, value: str) -> None:
        self._rename(value)
        self._forget_type()

    @property
    def extends(self) -> str | None:
        """Name of the extended format."""
        name: str | None = self._declared(_EXTENDS)
        return name

    def isparent(self, other: DataFormat) -> bool:
        """Tell whether the other format extends this one, directly or over others."""
        descendant: DataFormat | None = other
        while descendant is not None and descendant.extends is not None:
            if descendant.extends == self.name:
                return True
            descendant = descendant.referenced.get(descendant.extends)
        return False

    # -- data units ------------------------------------------------------------------------------------------------

    @property
    def type(self) -> builtins.type[baseformat]:
        """Class of the data units: one for each `DataFormat` object, until it gets another name.

        Raises
        ------
        RuntimeError
            When the format is not valid.
        """
        made = self._type
        if made is None:
            with _making_types:
                made = self._type = self._type or self._make_type()
        return made

    def _make_type(self) -> builtins.type[baseformat]:
        if self.resolved is None or self.errors:
            raise RuntimeError(
                f"dataformat `{self.name}' has no type, it is not valid:\n  * " + "\n  * ".join(self.errors)
            )
        declared = {
            field: [*kind[:-1], _element(kind[-1])] if isinstance(kind, list) else _element(kind)
            for field, kind in self.resolved.items()
        }
        return generate(self.name, declared, self.resolved)

    def _forget_type(self) -> None:
        self._type = None
        for kind in (self.resolved or {}).values():
            element = kind[-1] if isinstance(kind, list) else kind
            if isinstance(element, DataFormat) and element.parent is not None and element.parent[0] is self:
                element._forget_type()

    @property
    def codec(self) -> Codec:
        """Packs and unpacks data units; compiled once. ``RuntimeError`` as for `type`."""
        return self.type.__layout__.codec

    def validate(self, data: Any) -> None:
        """Check that data fit: a mapping (complete and safe to cast), packed bytes, or a file of these.

        Raises
        ------
        AttributeError, TypeError, ValueError, struct.error
            When they do not.
        """
        layout = self.type.__layout__
        if isinstance(data, Mapping):
            layout.make(data, "safe", False)
        elif isinstance(data, bytes | bytearray | memoryview):
            layout.codec.unpack(data, 0)
        else:
            read_fields(layout, data)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the class, which can be made again."""
        return {**self.__dict__, "_type": None}

    # -- writing ---------------------------------------------------------------------------------------------------

    def _export_dependencies(self, prefix: str) -> None:
        pending = list(self.referenced.items())
        done = set()
        while pending:
            name, referenced = pending.pop()
            if name not in done:
                done.add(name)
                pending += referenced.referenced.items()
                referenced.write(self.storage_type(prefix, name))


def _element(resolved: Any) -> Any:
    return resolved.type if isinstance(resolved, DataFormat) else BASE_TYPES[resolved]
