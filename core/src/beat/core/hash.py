"""Digests of the platform: those of the runtime, and those that address outputs of blocks and results of analyzers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from beat.backend.python.hash import (
    _compact,
    _parse,
    _sha256,
    _stringify,
    hash,
    hashDataset,
    hashFileContents,
    hashJSON,
    hashJSONFile,
    toPath,
    toUserPath,
)

__all__ = [
    "_compact",
    "_sha256",
    "_stringify",
    "hash",
    "hashAnalyzer",
    "hashBlockOutput",
    "hashDataset",
    "hashFileContents",
    "hashJSON",
    "hashJSONFile",
    "hashJSONStr",
    "toPath",
    "toUserPath",
]


def hashBlockOutput(
    block_name: str,
    algorithm_name: str,
    algorithm_hash: str,
    parameters: Mapping[str, Any],
    environment: Mapping[str, Any],
    input_hashes: Mapping[str, str],
    output_name: str,
) -> str:
    """Digest that addresses one output of a block; the names of the block and of its algorithm do not count."""
    return _sha256(
        f'{{"algorithm":"{algorithm_hash}","parameters":{_stringify(parameters)},'
        f'"environment":{_stringify(environment)},"inputs":{_stringify(input_hashes)},"output":"{output_name}"}}'
    )


def hashAnalyzer(
    analyzer_name: str,
    algorithm_name: str,
    algorithm_hash: str,
    parameters: Mapping[str, Any],
    environment: Mapping[str, Any],
    input_hashes: Mapping[str, str],
) -> str:
    """Digest that addresses the result of an analyzer; here the name of the algorithm counts."""
    return _sha256(
        f'{{"algorithm_name":"{algorithm_name}","algorithm":"{algorithm_hash}","parameters":{_stringify(parameters)},'
        f'"environment":{_stringify(environment)},"inputs":{_stringify(input_hashes)}}}'
    )


def hashJSONStr(contents: str, description: str) -> str:
    """Digest a JSON text by its content, leaving out the top-level key named by `description`.

    A text that is no JSON is hashed as it is.
    """
    try:
        parsed = _parse(contents.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return hash(contents)
    return hashJSON(parsed, description)
