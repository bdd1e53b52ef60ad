"""Cache files of beat.core 1.13.5: each is read as it says, and written again with the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy
import pytest

from beat.backend.python.data import (
    CachedDataSink,
    CachedDataSource,
    foundSplitRanges,
    getAllFilenames,
    load_data_index,
    load_data_index_db,
)

_EXPECTED = Path(__file__).parents[1] / "golden" / "expected"


class Entry(NamedTuple):
    root: Path
    stem: str

    @property
    def filename(self) -> Path:
        return self.root / f"{self.stem}.data"


def entries() -> Iterator[Any]:
    roots = [_EXPECTED / "cache", *sorted(_EXPECTED.glob("cache_splits/*/*/*/*/*/*"))]
    for root in roots:
        stems = {path.relative_to(root).as_posix().split(".")[0] for path in root.rglob("*.data")}
        for stem in sorted(stems):
            yield pytest.param(Entry(root, stem), id=f"{root.relative_to(_EXPECTED)}/{stem[:11]}")


def plain(value: Any) -> Any:
    """Write a value as the golden files do."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, numpy.generic):
        return plain(value.item())
    if isinstance(value, complex):
        return {"__complex__": [plain(value.real), plain(value.imag)]}
    if isinstance(value, float) and not numpy.isfinite(value):
        return {"__float__": str(value)}
    return value


def read(filename: Path, prefix: Path) -> tuple[CachedDataSource, list[list[Any]]]:
    source = CachedDataSource()
    assert source.setup(filename, prefix)
    return source, [[start, end, plain(data.as_dict())] for data, start, end in source]


@pytest.mark.parametrize("entry", list(entries()))
def test_the_same_units_give_the_same_files(entry: Entry, golden_prefix: Path, tmp_path: Path) -> None:
    data, *_ = getAllFilenames(entry.filename)
    assert data
    for path in data:
        first, last = (int(number) for number in Path(path).name.split(".")[1:3])
        source = CachedDataSource()
        assert source.setup(entry.filename, golden_prefix, first, last)
        assert source.dataformat is not None
        sink = CachedDataSink()
        assert sink.setup(tmp_path / "copy.data", source.dataformat, first, last)
        for unit, start, end in source:
            sink.write(unit, start, end)
        assert sink.close()
        for extension in ("data", "index", "data.checksum", "index.checksum"):
            written = tmp_path / f"copy.{first}.{last}.{extension}"
            assert written.read_bytes() == Path(path.removesuffix("data") + extension).read_bytes()


def test_each_output_is_read_as_it_was_written(golden: Callable[[str], Any], golden_prefix: Path) -> None:
    for outputs in golden("outputs").values():
        for output in outputs.values():
            source, units = read(_EXPECTED / "cache" / f"{output['path']}.data", golden_prefix)
            assert source.dataformat is not None and source.dataformat.name == output["format"]
            assert units == output["data"]
            assert load_data_index(_EXPECTED / "cache", f"{output['path']}.data") == output["load_data_index"]


def test_each_result_is_read_as_it_was_written(golden: Callable[[str], Any], golden_prefix: Path) -> None:
    for experiment, results in golden("results").items():
        blocks = {item["block"]: item["configuration"] for item in golden("setup")["experiments"][experiment]}
        for analyzer, result in results.items():
            path = blocks[analyzer]["result"]["path"]
            source, units = read(_EXPECTED / "cache" / f"{path}.data", golden_prefix)
            assert source.dataformat is not None and source.dataformat.name.startswith("analysis:")
            assert units == [[result["start"], result["end"], result["values"]]]


def test_pieces_of_split_blocks_hold_what_the_whole_holds(golden: Callable[[str], Any], golden_prefix: Path) -> None:
    for experiment, blocks in golden("splits").items():
        for block, split in blocks.items():
            assert [list(pair) for pair in foundSplitRanges(split["indices"], split["nb_slots"])] == split["ranges"]
            root = _EXPECTED / "cache_splits" / experiment / block
            assert {
                path.relative_to(root).as_posix(): {
                    "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                    "size": path.stat().st_size,
                }
                for path in root.rglob("*")
                if path.is_file()
            } == split["files"]
            for name, output in golden("outputs")[experiment].items():
                if name.split(".")[0] == block:
                    _, units = read(root / f"{output['path']}.data", golden_prefix)
                    assert units == output["data"]


def test_index_files_of_databases(golden: Callable[[str], Any]) -> None:
    checked = 0
    for facts in golden("index").values():
        assert load_data_index_db(_EXPECTED / "index", facts["path"]) == facts["load_data_index_db"]
        checked += 1
    assert checked
