"""Declarations given by programs: left as they are, and never a reason to raise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from beat.core.dataformat import DataFormat


def test_the_callers_mapping_is_never_changed(tmp_path: Path) -> None:
    for declaration in ({"v": {"w": "int8"}}, {"v": {"w": "int9"}}):
        dataformat = DataFormat(str(tmp_path), declaration)
        assert dataformat.data == declaration
        dataformat.description = "new"
        assert list(declaration) == ["v"]


def nested(depth: int) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for _ in range(depth):
        data = {"a": data}
    return data


def endless() -> dict[str, Any]:
    data: dict[str, Any] = {}
    data["a"] = data
    return data


@pytest.mark.parametrize("declaration", [nested(5000), endless()], ids=["deep", "endless"])
def test_declarations_nested_without_sense_are_errors(declaration: dict[str, Any], tmp_path: Path) -> None:
    (problem,) = DataFormat(str(tmp_path), declaration).errors
    assert "nested deeper" in problem
