"""Digests: SHA-256 of texts that are the same for the same content.

The digests address everything in a cache, so each function here is exact to the byte, oddities included.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any, NoReturn

from . import files


def _sha256(s: str | bytes) -> str:
    return hashlib.sha256(s.encode("utf-8") if isinstance(s, str) else s).hexdigest()


def _stringify(dictionary: Mapping[str, Any]) -> str:
    """Write a mapping as ``{"key":value}``: sorted keys, unquoted values, no blanks. This is not JSON."""
    return "{" + ",".join(f'"{key}":{dictionary[key]!s}' for key in sorted(dictionary)) + "}"


def _compact(text: str) -> str:
    """Drop blanks and line feeds."""
    return text.replace(" ", "").replace("\n", "")


def toPath(hash: str, suffix: str = ".data") -> str:
    """Give the path of a digest below a cache folder: ``aa/bb/cc/<58 digits><suffix>``."""
    return os.path.join(hash[0:2], hash[2:4], hash[4:6], hash[6:] + suffix)


def toUserPath(username: str) -> str:
    """Give the folder of a user in the hashed layout: ``aa/bb/<username>``."""
    digest = _sha256(username)
    return os.path.join(digest[0:2], digest[2:4], username)


def hash(dictionary_or_string: Mapping[str, Any] | str | bytes) -> str:
    """Digest a mapping (through its text form), a text (as UTF-8) or bytes.

    Raises
    ------
    TypeError
        For anything else.
    """
    if isinstance(dictionary_or_string, Mapping):
        return _sha256(_stringify(dictionary_or_string))
    if isinstance(dictionary_or_string, str | bytes):
        return _sha256(dictionary_or_string)
    raise TypeError(f"cannot hash a `{type(dictionary_or_string).__name__}': a mapping, a text or bytes are wanted")


def hashJSON(contents: Any, description: str) -> str:
    """Digest a parsed JSON document, leaving out the top-level key named by `description`.

    Raises
    ------
    TypeError
        When the document is neither an object nor an array.
    """
    if isinstance(contents, Mapping):
        contents = {key: value for key, value in contents.items() if key != description}
    elif not isinstance(contents, list | tuple):
        raise TypeError(f"a JSON object or array is wanted, not a `{type(contents).__name__}'")
    return _sha256(json.dumps(contents, sort_keys=True))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _parse(text: str) -> Any:
    """Parse JSON as the digests know it: no NaN or infinities, the last of repeated keys wins."""
    return json.loads(text, parse_constant=_refuse_constant)


def hashJSONFile(path: str | os.PathLike[str], description: str) -> str:
    """Digest a JSON file by its content; a file that is no JSON, by its bytes."""
    raw = files.read(path)
    try:
        contents = _parse(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return _sha256(raw)
    return hashJSON(contents, description)


def hashFileContents(path: str | os.PathLike[str]) -> str:
    """Digest the bytes of a file."""
    with files.open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashDataset(database_name: str, protocol_name: str, set_name: str) -> str:
    """Digest that addresses the index of one set of a database."""
    return _sha256(f'{{"database":"{database_name}","protocol":"{protocol_name}","set":"{set_name}"}}')
