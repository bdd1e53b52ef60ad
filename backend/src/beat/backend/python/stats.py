"""Statistics of the data that a block reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def io_statistics(
    configuration: Mapping[str, Any], input_list: Iterable[Any] | None = None, output_list: Iterable[Any] | None = None
) -> dict[str, Any]:
    """Sum up what went through inputs and outputs; data loaders are not counted.

    Parameters
    ----------
    configuration
        Configuration of the block: its ``result`` or ``outputs`` tell the digests of the files.
    input_list, output_list
        The inputs and the outputs of the block.

    Returns
    -------
    dict
        ``volume`` (bytes), ``blocks`` (units) and ``time`` (seconds), each with ``read`` and ``write``; ``network``
        with ``wait_time``; ``files``: for each output its ``hash``, ``size`` (bytes) and number of ``blocks``.
    """
    volume = {"read": 0, "write": 0}
    blocks = {"read": 0, "write": 0}
    time = {"read": 0.0, "write": 0.0}
    files = []
    for input in input_list or ():
        size, duration = input.data_source.statistics()
        volume["read"] += size
        time["read"] += duration
        blocks["read"] += input.nb_data_blocks_read
    for output in output_list or ():
        size, duration = output.data_sink.statistics()
        volume["write"] += size
        time["write"] += duration
        blocks["write"] += output.nb_data_blocks_written
        declared = configuration["result"] if "result" in configuration else configuration["outputs"][output.name]
        digest = declared["path"].replace("/", "")
        files.append({"hash": digest, "size": size, "blocks": output.nb_data_blocks_written})
    return {"volume": volume, "blocks": blocks, "time": time, "network": {"wait_time": 0.0}, "files": files}


def update(statistics: dict[str, Any], additional: Mapping[str, Any]) -> None:
    """Add further statistics to some, in place; ``files`` are appended.

    Raises
    ------
    KeyError
        When `additional` lacks a figure that `statistics` has.
    """
    for family, figures in statistics.items():
        if family != "files":
            for figure in figures:
                figures[figure] += additional[family][figure]
    statistics["files"] = statistics.get("files", []) + list(additional.get("files", []))
