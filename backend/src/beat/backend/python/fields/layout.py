"""What a generated class knows about its fields, kept where no field name can hide it."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from ..problems import suggest
from .codec import Codec
from .kinds import Kind, Number, Text

_new = object.__new__


def located(error: Exception, name: str, field: str) -> Exception:
    """Say in which field of which format it happened; each level of nesting puts its own in front."""
    family = next(family for family in (TypeError, ValueError, AttributeError) if isinstance(error, family))
    return family(f"`{name}', field `{field}': {error}")


def _type_as_it_is(kind: Kind) -> type[Any] | None:
    """Give the type of values that a field takes without a look under every casting rule, if there is one."""
    return kind.type if isinstance(kind, Number) else str if isinstance(kind, Text) else None


class Layout:
    """The fields of one generated class and all that is done with them.

    Objects of the class keep their values in their ``__dict__``. Everything here works on that, never through methods
    of the objects, since a field may have the name of any method.

    Parameters
    ----------
    type
        The generated class.
    name
        Full name of the data format.
    fields
        Kinds of the fields in the order of the declaration.
    """

    def __init__(self, type: type[Any], name: str, fields: Mapping[str, Kind]) -> None:
        self.type = type
        self.name = name
        self.fields = dict(fields)
        self._names = self.fields.keys()
        self._casts = [(field, _type_as_it_is(kind), kind.cast) for field, kind in self.fields.items()]
        self._shared_defaults = {
            field: kind.cast(None, "unsafe", True)
            for field, kind in self.fields.items()
            if isinstance(kind, Number | Text)
        }
        self._fresh_defaults = [
            (field, kind.cast) for field, kind in self.fields.items() if field not in self._shared_defaults
        ]

    @functools.cached_property
    def codec(self) -> Codec:
        """Packs and unpacks objects of this class; compiled on first use."""
        return Codec(self.type, self.name, self.fields)

    def blank(self) -> Any:
        """Make an object without values; they go into its ``__dict__``."""
        return _new(self.type)

    def make(self, data: Any, casting: str, add_defaults: bool) -> Any:
        """Make an object of a mapping; see `fill`."""
        made = _new(self.type)
        self.fill(made.__dict__, data, casting, add_defaults)
        return made

    def update(self, record: Any, data: Any, casting: str, add_defaults: bool) -> None:
        """Set all fields of an object, or none when one does not fit; see `fill`."""
        values: dict[str, Any] = {}
        self.fill(values, data, casting, add_defaults)
        record.__dict__.update(values)

    def fill(self, values: dict[str, Any], data: Any, casting: str, add_defaults: bool) -> None:
        """Convert a mapping into the values of all fields.

        Raises
        ------
        AttributeError
            When a key is no field, or (without `add_defaults`) a field is missing.
        TypeError, ValueError
            When a value does not fit its field.
        """
        if add_defaults and not data:
            values.update(self._shared_defaults)
            for field, cast in self._fresh_defaults:
                values[field] = cast(None, casting, True)
            return
        if len(data) != len(self._casts):
            data = self._complete(data, add_defaults)
        field = ""
        try:
            for field, fit, cast in self._casts:
                value = data[field]
                values[field] = value if type(value) is fit else cast(value, casting, add_defaults)
        except KeyError:
            if data.keys() >= self._names:
                raise  # out of a value, not about its name
            self.fill(values, self._complete(data, add_defaults), casting, add_defaults)
        except (TypeError, ValueError, AttributeError) as error:
            raise located(error, self.name, field) from error

    def cast_one(self, field: str, value: Any) -> Any:
        """Convert a value that is assigned to a field: strictly, nothing added."""
        kind = self.fields.get(field)
        if kind is None:
            raise AttributeError(self._no_such(field))
        try:
            return kind.cast(value, "safe", False)
        except (TypeError, ValueError, AttributeError) as error:
            raise located(error, self.name, field) from error

    def _complete(self, data: Mapping[str, Any], add_defaults: bool) -> dict[str, Any]:
        """Check the names, and put ``None`` where a default is to come."""
        unknown = [field for field in data if field not in self.fields and field != "__type__"]
        if unknown:
            raise AttributeError("; ".join(self._no_such(field) for field in unknown))
        missing = [field for field in self.fields if field not in data]
        if missing and not add_defaults:
            raise AttributeError(f"`{self.name}': no value for the fields {', '.join(missing)}")
        return {field: data.get(field) for field in self.fields}

    def _no_such(self, field: str) -> str:
        return f"`{self.name}' has no field `{field}'; " + (
            suggest(str(field), self.fields) or f"its fields are: {', '.join(self.fields) or 'none'}"
        )

    def as_dict(self, record: Any) -> dict[str, Any]:
        """Give the values in the order of the declaration, arrays as lists and objects as dictionaries."""
        values = record.__dict__
        return {field: kind.plain(values[field]) for field, kind in self.fields.items()}

    def isclose(self, one: Any, two: Any, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
        """Compare two objects field by field; ``False`` when `two` is not of the class of `one`."""
        if not isinstance(two, type(one)):
            return False
        left, right = one.__dict__, two.__dict__
        return all(kind.isclose(left[field], right[field], args, options) for field, kind in self.fields.items())
