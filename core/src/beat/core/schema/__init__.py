"""Validation of declarations against their JSON schemas.

The schemas (draft 4) lie beside this module at ``<name>/<version>.json``. `accept` says yes fast; `explain` says why
not, and is loaded only for that.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from beat.backend.python import jsonio
from beat.backend.python.problems import Problem

from . import accept, files

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = ["load_schema", "maybe_load_json", "validate"]


def maybe_load_json(s: Any) -> Any:
    """Read a declaration from wherever it is.

    Parameters
    ----------
    s
        A path (a text that names something existing, or any ``os.PathLike``), an open file, JSON text or bytes.
        Anything else is a declaration already and is given back.

    Raises
    ------
    ValueError
        When the content is no JSON.
    RuntimeError
        When a key is repeated in an object of the content.
    OSError
        When a file cannot be read.
    """
    text = _text(s)
    return s if text is None else jsonio.loads(text)


def _text(source: Any) -> str | None:
    """Read the text of a declaration; ``None`` when it is no text but the declaration itself."""
    if isinstance(source, os.PathLike) or (isinstance(source, str) and os.path.exists(source)):
        text: Any = jsonio.read(source)
    elif isinstance(source, str | bytes):
        text = source
    elif hasattr(source, "read"):
        text = source.read()
    else:
        return None
    return text.decode("utf-8") if isinstance(text, bytes) else text


def load_schema(schema_name: str, version: int = 1) -> Validator:
    """Give a draft-4 validator with ``schema`` and ``iter_errors(data)``.

    Raises
    ------
    FileNotFoundError
        When there is no such schema.
    """
    from . import explain

    return explain.validator(schema_name, version)


def validate(schema_name: str, data: Any) -> tuple[Any, list[Problem]]:
    """Load a declaration and check it against its schema, in the version that it names.

    Parameters
    ----------
    schema_name
        ``dataformat``, ``algorithm``, ... : a folder of schemas.
    data
        What `maybe_load_json` takes.

    Returns
    -------
    data, errors
        The declaration (the very object, if one was given) and what is wrong with it. A declaration that cannot be
        read is given back as it came.

    Raises
    ------
    FileNotFoundError
        When there is no schema of that name.
    """
    files.schema(schema_name, 1)
    text = None
    try:
        text = _text(data)
        loaded = data if text is None else jsonio.loads(text)
    except OSError as error:
        return data, [Problem(f"cannot read the declaration: {error}", kind="missing")]
    except RuntimeError as error:
        from .. import positions

        repeated = positions.repeated_key(text) if text is not None else None
        path = repeated[0] if repeated else ""
        return data, [Problem(f"Invalid JSON: {error}", path=path, kind="syntax", hint="keep one of them")]
    except ValueError as error:
        return data, [Problem(f"invalid JSON code: {error}", kind="syntax")]
    return loaded, _errors(schema_name, loaded, text is not None and accept.is_plain_text(text))


def _errors(name: str, data: Any, plain: bool) -> list[Problem]:
    if not isinstance(data, dict):
        return [_violation("", f"{_short(data)} is not of type 'object'", "/type")]
    key = "#schema_version" if name == "dataformat" else "schema_version"
    version = data.get(key, 1)
    if isinstance(version, bool) or not isinstance(version, int | float) or version not in files.versions(name):
        known = ", ".join(map(str, files.versions(name)))
        return [
            _violation(key, f"{_short(version)} is no version of the schema `{name}': {known}", f"/properties/{key}")
        ]
    if accept.accepts(name, int(version), data, plain):
        return []
    if shape_error := accept.shape_error(data):
        return [_violation("", shape_error, "")]
    from . import explain

    try:
        return explain.explain(name, int(version), data)
    except (TypeError, ValueError, RecursionError) as error:
        return [_violation("", f"holds a value that JSON does not have: {error}", "")]


def _violation(location: str, message: str, rule: str) -> Problem:
    return Problem(f"/{location}: {message} (rule: {rule or '/'})", path=f"/{location}", kind="schema")


def _short(value: Any) -> str:
    try:
        shown = repr(value)
    except RecursionError:
        return f"a `{type(value).__name__}'"
    return shown if len(shown) <= 200 else f"{shown[:100]} ... {shown[-100:]}"
