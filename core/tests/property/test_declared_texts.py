"""Short cuts for the texts of declarations give what the long way gives."""

from __future__ import annotations

import contextlib
import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beat.backend.python import jsonio
from beat.core import schema
from beat.core.schema import accept
from beat.core.toolchain import Toolchain

GOLDEN = Path(__file__).parents[3] / "tests" / "golden" / "prefix"
KINDS = {"dataformat": "dataformats", "library": "libraries", "toolchain": "toolchains", "experiment": "experiments"}


def golden_declarations(kind: str) -> list[dict[str, Any]]:
    """Read the golden declarations of a kind that are JSON objects, valid or not."""
    found = []
    for path in sorted((GOLDEN / KINDS[kind]).rglob("*.json")):
        with contextlib.suppress(ValueError):
            found.append(json.loads(path.read_bytes()))
    return [declaration for declaration in found if isinstance(declaration, dict)]


DECLARATIONS = {kind: golden_declarations(kind) for kind in KINDS}

texts = st.sampled_from(["", "a", "in", "é", "\ud800", "\\ud800", '"{[', "int32", "a.b", "user/name/1"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in items for place in [(value, key), *places(item)]]


@st.composite
def declared_texts(draw: st.DrawFn, kind: str) -> str:
    """The text of a golden declaration with up to two values replaced, and perhaps nested more deeply than is taken."""
    declaration = copy.deepcopy(draw(st.sampled_from(DECLARATIONS[kind])))
    for _ in range(draw(st.integers(0, 2))):
        if found := places(declaration):
            container, key = draw(st.sampled_from(found))
            container[key] = draw(json_values)
    for _ in range(draw(st.sampled_from([0, 0, 0, accept.MAX_DEPTH, accept.MAX_DEPTH + 1]))):
        declaration = {"nested": declaration}
    return json.dumps(declaration, ensure_ascii=draw(st.booleans()))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_glance_at_a_text_finds_only_plain_data(kind: str, data: st.DataObject) -> None:
    text = data.draw(declared_texts(kind))
    if accept.is_plain_text(text):
        assert accept.is_plain(jsonio.loads(text))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_text_is_judged_like_its_data(kind: str, data: st.DataObject) -> None:
    text = data.draw(declared_texts(kind))
    assert schema.validate(kind, text)[1] == schema.validate(kind, jsonio.loads(text))[1]


def test_golden_texts_are_short_cut() -> None:
    """The tests above see both ways."""
    short = [accept.is_plain_text(json.dumps(data)) for data in DECLARATIONS["toolchain"]]
    assert any(short) and not accept.is_plain_text("[" * (accept.MAX_DEPTH + 1))


@given(text=declared_texts("toolchain"))
def test_a_remembered_toolchain_is_like_a_new_one(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    prefix = tmp_path_factory.mktemp("prefix")
    path = prefix / "toolchains" / "me" / "flow" / "1.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        declaration = jsonio.load(path)
    except ValueError:
        assert [error.startswith("invalid JSON code") for error in Toolchain(str(prefix), "me/flow/1").errors] == [True]
        return
    made = Toolchain(str(prefix), declaration)
    for _ in range(2):
        loaded = Toolchain(str(prefix), "me/flow/1")
        assert loaded.errors == made.errors
        assert loaded.data == made.data
        # Whatever a user does to one toolchain, the next one knows nothing of it.
        loaded.errors.append("mine")
        for container, key in places(loaded.data):
            container[key] = None


def test_a_toolchain_that_was_changed_on_disk_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "toolchains" / "me" / "flow" / "1.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(next(data for data in DECLARATIONS["toolchain"] if Toolchain("", data).valid)))
    before = path.stat()
    assert Toolchain(str(tmp_path), "me/flow/1").valid
    text = path.read_text()
    path.write_text(text.replace("}", "]", 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not Toolchain(str(tmp_path), "me/flow/1").valid
    path.unlink()
    assert "not found" in Toolchain(str(tmp_path), "me/flow/1").errors[0]
