"""What several executors need."""

from __future__ import annotations

from typing import Any

from ..dataformat import DataFormat


def make_data_format(data: dict[str, Any], data_format: DataFormat) -> Any:
    """Make an object of a data format from a mapping that has all of its fields.

    Raises
    ------
    TypeError
        When `data` is no mapping, or a value does not fit its field without loss.
    AttributeError
        When a field is missing or unknown.
    """
    if not isinstance(data, dict):
        raise TypeError(f"a dict that fits `{data_format.name}' is wanted, not a `{type(data).__name__}'")
    return data_format.type().from_dict(data, casting="safe", add_defaults=False)
