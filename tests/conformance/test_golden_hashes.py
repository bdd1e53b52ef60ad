"""Digests and paths are those of beat.core 1.13.5, to the bit."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python import hash as backend_hash
from beat.core import hash as core_hash

_EXPECTED = Path(__file__).parents[1] / "golden" / "expected"
FUNCTIONS = json.loads((_EXPECTED / "hashes.json").read_text(encoding="utf-8"))["functions"]


def decoded(value: Any) -> Any:
    """Turn what stands for a number without a JSON form into that number."""
    if isinstance(value, dict) and value.keys() == {"__float__"}:
        return float(value["__float__"])
    if isinstance(value, dict) and value.keys() == {"__hex__"}:
        return bytes.fromhex(value["__hex__"])
    if isinstance(value, dict):
        return {key: decoded(item) for key, item in value.items()}
    return [decoded(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_give_the_recorded_digests(name: str, tmp_path: Path) -> None:
    for row in FUNCTIONS[name]:
        module = backend_hash if row.get("module") == "backend" else core_hash
        arguments = [decoded(argument) for argument in row["args"]]
        if "file" in row:
            path = tmp_path / "content"
            path.write_bytes(bytes.fromhex(row["file"]))
            arguments.insert(0, str(path))
        before = copy.deepcopy(arguments)
        assert getattr(module, name)(*arguments) == row["result"], row
        assert arguments == before


AH, ENVIRONMENT = "ab" * 32, {"version": "1.0", "name": "Python 3"}
DATASET = "593810b1975f2f9c720091db51085c024f32fb21519c8e2d64793584893f1c7a"


def test_worked_vectors() -> None:
    parameters = {"gain": 0.5, "offset": 3, "label": "x y", "flag": True}
    block = ("blk", "me/a/1", AH, parameters, ENVIRONMENT, {"in": DATASET}, "out")
    analyzer = ("ana", "me/stat/1", AH, {}, ENVIRONMENT, {"in": DATASET})
    document = {"description": "hey", "b": [1, 2.0, None, True], "a": {"description": "kept", "é": "ü"}}
    assert core_hash.hashDataset("my_db/1", "main", "train") == DATASET
    assert core_hash.hashBlockOutput(*block) == "49acb6efa430c42485cdaa774a960023eeac9234a6ecc0da2c3258af22a9b199"
    assert core_hash.hashAnalyzer(*analyzer) == "7dbe535b50226aee181a89dd020148a6f57c9b8bc09a6c8362db8aacc68bc8cb"
    assert (
        core_hash.hashJSON(document, "description")
        == "9b71800299a321dcd8443d63aace6a9c7a54f5431e7612bdab964ac2a88a7bcc"
    )


def test_only_analyzers_count_the_name_of_their_algorithm() -> None:
    rest = (AH, {}, ENVIRONMENT, {"in": DATASET})
    assert core_hash.hashBlockOutput("a", "me/a/1", *rest, "o") == core_hash.hashBlockOutput("b", "me/b/1", *rest, "o")
    assert core_hash.hashAnalyzer("a", "me/a/1", *rest) != core_hash.hashAnalyzer("a", "me/b/1", *rest)


@pytest.mark.parametrize("text", ["{", '{"a": NaN}', "[" * 100_000, "é"])
def test_texts_that_are_no_json_are_hashed_as_they_are(text: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text(text, encoding="utf-8")
    assert core_hash.hashJSONStr(text, "description") == core_hash.hash(text)
    assert core_hash.hashJSONFile(tmp_path / "text", "description") == core_hash.hash(text)


@pytest.mark.parametrize("value", [3, None, 1.5])
def test_scalars_have_no_json_digest(value: Any) -> None:
    with pytest.raises(TypeError):
        core_hash.hashJSON(value, "description")
    with pytest.raises(TypeError):
        core_hash.hash(value)
