"""Data formats of the platform: validated, never raising for a bad declaration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python import baseformat as backend_baseformat
from beat.backend.python import dataformat as backend_dataformat
from beat.core import baseformat
from beat.core.dataformat import DataFormat, Storage


def test_identities() -> None:
    assert Storage is backend_dataformat.Storage
    assert issubclass(DataFormat, backend_dataformat.DataFormat)
    for name in baseformat.__all__:
        assert getattr(baseformat, name) is getattr(backend_baseformat, name)


def test_the_prototype_is_an_empty_format(tmp_path: Path) -> None:
    dataformat = DataFormat(str(tmp_path), None)
    assert dataformat.valid
    assert dataformat.name == "__unnamed_dataformat__"
    assert dataformat.type().pack() == b""
    assert dataformat.codec.fixed_size == 0


def test_the_declaration_of_the_caller_stays_his(tmp_path: Path) -> None:
    declaration = {"#description": "text", "v": {"w": [2, "string"]}}
    dataformat = DataFormat(str(tmp_path), declaration)
    assert dataformat.valid
    dataformat.description = "other"
    assert declaration["#description"] == "text"
    assert json.loads(str(dataformat))["#description"] == "other"
    assert dataformat.resolved is not None
    assert dataformat.resolved["v"].name == "__unnamed_dataformat__.v_type"


@pytest.mark.parametrize(
    "declaration", [{"v": "int"}, {"v": [0, 0]}, {"v": [-1, "int8"]}, {"v": None}, {"a b": "int8"}, [], 5, {"#x": "y"}]
)
def test_bad_declarations_give_errors(tmp_path: Path, declaration: Any) -> None:
    dataformat = DataFormat(str(tmp_path), declaration)
    assert dataformat.errors
    assert dataformat.schema_version == 1
    with pytest.raises(RuntimeError, match="not valid"):
        _ = dataformat.type


def test_references_are_validated_too(tmp_path: Path) -> None:
    folder = tmp_path / "dataformats" / "u" / "bad"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text('{"v": "int33"}', encoding="utf-8")
    cache: dict[str, Any] = {}
    dataformat = DataFormat(str(tmp_path), {"v": [0, {"w": "u/bad/1"}]}, dataformat_cache=cache)
    assert dataformat.errors == ["referred dataformat `u/bad/1' is invalid"]
    assert type(cache["u/bad/1"]) is DataFormat
    assert "not valid under any of the given schemas" in cache["u/bad/1"].errors[0]


def test_writing_and_loading_again(tmp_path: Path) -> None:
    dataformat = DataFormat(str(tmp_path), {"v": "int8"})
    dataformat.name = "u/new/1"
    dataformat.write()
    dataformat.documentation = "Long text\n"
    again = DataFormat(str(tmp_path), "u/new/1")
    assert again.valid
    assert again.documentation == "Long text\n"
    assert again.data == {"v": "int8"}
