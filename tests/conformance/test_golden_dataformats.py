"""Data formats of the golden prefix: what they say of themselves, what is wrong with the invalid ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.dataformat import DataFormat as BackendDataFormat
from beat.core.dataformat import DataFormat

#: A fragment that tells the recorded reason, for each invalid format of the golden prefix.
REASONS = {
    "absent_reference": "referred dataformat `invalid/absent/1' is invalid",
    "array_bad_type": "is not valid under any of the given schemas",
    "array_six_sizes": "is not valid under any of the given schemas",
    "array_text_size": "is not valid under any of the given schemas",
    "array_without_type": "is not valid under any of the given schemas",
    "bad_field_name": "'1st' does not match any of the regexes",
    "bad_field_sign": "'a.b' does not match any of the regexes",
    "duplicate_key": "v found several times",
    "extends_absent": "referred dataformat `invalid/absent/1' is invalid",
    "extends_clash": "clashes with an attribute with the same",
    "extends_itself": "recursion for dataformat `invalid/extends_itself/1'",
    "extends_loose": "'orla/seed' does not match",
    "extends_ring_a": "referred dataformat `invalid/extends_ring_b/1' is invalid",
    "extends_ring_b": "referred dataformat `invalid/extends_ring_a/1' is invalid",
    "holds_invalid": "referred dataformat `invalid/unknown_type/1' is invalid",
    "holds_itself": "recursion for dataformat `invalid/holds_itself/1'",
    "long_description": "is too long",
    "loose_reference": "is not valid under any of the given schemas",
    "nested_bad_type": "is not valid under any of the given schemas",
    "not_json": "invalid JSON code",
    "number_for_type": "is not valid under any of the given schemas",
    "ring_a": "referred dataformat `invalid/ring_b/1' is invalid",
    "ring_b": "referred dataformat `invalid/ring_a/1' is invalid",
    "unknown_meta": "'#comment' does not match any of the regexes",
    "unknown_type": "is not valid under any of the given schemas",
}


@pytest.fixture(params=[DataFormat, BackendDataFormat], ids=["core", "backend"])
def load(request: Any, golden_prefix: Path) -> Callable[[str], Any]:
    cache: dict[str, Any] = {}
    return lambda name: cache.get(name) or request.param(str(golden_prefix), name, dataformat_cache=cache)


def test_valid_formats_say_what_is_recorded(golden: Any, load: Any) -> None:
    recorded = golden("objects")["objects"]["dataformats"]
    assert recorded.keys() == golden("errors")["valid"]["dataformats"].keys()
    for name, expected in recorded.items():
        found = load(name)
        assert found.errors == []
        assert found.valid
        assert sorted(found.resolved) == expected["fields"]
        assert sorted(found.referenced) == expected["referenced"]
        for attribute in ("description", "documentation", "extends", "name", "schema_version"):
            assert getattr(found, attribute) == expected[attribute], (name, attribute)


def test_hashes(golden: Any, load: Any) -> None:
    for name, digest in golden("hashes")["objects"]["dataformats"].items():
        assert load(name).hash() == digest, name


def test_all_parents(golden: Any, load: Any) -> None:
    formats = [load(name) for name in golden("objects")["objects"]["dataformats"]]
    pairs = [[one.name, two.name] for one in formats for two in formats if one.isparent(two)]
    assert sorted(pairs) == sorted(golden("objects")["parents"])


def test_each_invalid_format_is_refused_for_its_reason(golden: Any, golden_prefix: Path) -> None:
    recorded = golden("errors")["invalid"]["dataformats"]
    assert {name.split("/")[1] for name in recorded} == set(REASONS)
    for name, expected in recorded.items():
        found = DataFormat(str(golden_prefix), name)
        assert not found.valid
        assert REASONS[name.split("/")[1]] in found.errors[0], (name, expected["why"], found.errors)
        if expected["where"]:
            assert found.errors[0].startswith(expected["where"]), (name, found.errors)
        with pytest.raises(RuntimeError, match="not valid"):
            _ = found.type


def test_an_indirect_recursion_is_one_error(golden_prefix: Path) -> None:
    assert len(DataFormat(str(golden_prefix), "invalid/ring_a/1").errors) == 1


def test_names(golden: Any, golden_prefix: Path) -> None:
    rows = [row for row in golden("errors")["names"] if row["kind"] == "dataformats"]
    for row in rows:
        if row["raises"]:
            with pytest.raises(RuntimeError, match="invalid dataformat name"):
                DataFormat(str(golden_prefix), row["name"])
        else:
            errors = [error.replace(str(golden_prefix), "<prefix>") for error in row["errors"]]
            found = DataFormat(str(golden_prefix), row["name"])
            assert [error.replace(str(golden_prefix), "<prefix>") for error in found.errors] == errors
            assert found.resolved is None
            assert found.data is None
