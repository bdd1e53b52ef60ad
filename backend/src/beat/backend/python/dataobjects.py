"""Objects of data formats for those that read and write data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .algorithm import Algorithm
from .dataformat import DataFormat


def make_object(dataformat: DataFormat, fields: Mapping[str, Any], casting: str, add_defaults: bool = False) -> Any:
    """Make an object from its fields, as ``from_dict`` does on a new one, without filling in defaults first.

    Raises
    ------
    AttributeError, TypeError, ValueError
        When the fields are not those of the format, or a value does not fit.
    """
    made: Any = dataformat.type
    layout = getattr(made, "__layout__", None)
    if layout is None:  # something that stands in for a data format, in tests of clients
        return made().from_dict(fields, casting=casting, add_defaults=add_defaults)
    return layout.make(fields, casting, add_defaults)


def valid_dataformat(prefix: str, name: str, known: Mapping[str, DataFormat] | None = None) -> DataFormat:
    """Load a data format, unless it is among those known by their names.

    Raises
    ------
    RuntimeError
        When it is not valid; the text has its name and its errors.
    """
    dataformat = (known or {}).get(name) or DataFormat(prefix, name)
    if dataformat.errors:
        raise RuntimeError(f"the data format `{name}' is not valid:\n" + "\n".join(dataformat.errors))
    return dataformat


def stored_dataformat(prefix: str, name: str, path: str, known: Mapping[str, DataFormat] | None = None) -> DataFormat:
    """Load the data format that a file names: of that name, or of the results of ``analysis:<algorithm>``."""
    if name.startswith("analysis:"):
        algorithm = Algorithm(prefix, name.removeprefix("analysis:"))
        if algorithm.errors:
            raise RuntimeError(
                f"`{path}' holds results of the algorithm `{algorithm.name}', which is not valid:\n"
                + "\n".join(algorithm.errors)
            )
        return algorithm.result_dataformat()
    return valid_dataformat(prefix, name, known)
