"""Files of the packages that other programs read themselves."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

from beat.core.algorithm import Algorithm, load_algorithm_prototype
from beat.core.dataformat import DataFormat


def test_editors_find_limits_and_types() -> None:
    common = json.loads((resources.files("beat.core") / "schema" / "common" / "1.json").read_text("utf-8"))
    assert common["definitions"]["description"]["maxLength"] == 100
    assert common["definitions"]["basetype"]["enum"] == [
        *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float32", "float64", "complex64", "complex128", "bool", "string"),
    ]


def test_a_prefix_can_start_with_the_reference_integers(tmp_path: Path) -> None:
    with resources.as_file(
        resources.files("beat.core.test") / "prefix" / "dataformats" / "user" / "integers"
    ) as folder:
        shutil.copytree(folder, tmp_path / "dataformats" / "user" / "integers")
    fields = DataFormat(str(tmp_path), "user/integers/1").resolved
    assert fields == {"value8": "int8", "value16": "int16", "value32": "int32", "value64": "int64"}
    assert load_algorithm_prototype(str(tmp_path))["groups"][0]["inputs"]["in_data"]["type"] == "user/integers/1"
    assert Algorithm(str(tmp_path), data=None).valid
