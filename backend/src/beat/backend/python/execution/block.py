"""One block: an algorithm between its inputs and its outputs, without any link to other processes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from .. import stats
from ..data import CachedDataSink
from ..data_loaders import DataLoaderList
from ..helpers import AccessMode, create_inputs_from_configuration, create_outputs_from_configuration
from ..inputs import InputList
from ..outputs import OutputList

if TYPE_CHECKING:
    from ..algorithm import Algorithm, Runner
    from ..database import Database


logger = logging.getLogger(__name__)


class Block:
    """An algorithm with its inputs and outputs open, ready to run once.

    Parameters
    ----------
    configuration
        Configuration of the block.
    algorithm
        Its algorithm, valid and with a name.
    prefix
        Folder of all declared objects.
    cache_root
        Folder of the cache.
    databases
        Databases by their names, whose views run in this process.
    db_socket
        Link to a process that runs the views in place of this one.
    loop_socket
        Link to the process of a loop evaluator.

    Attributes
    ----------
    input_list : InputList
        Inputs of the main channel of a sequential algorithm, all inputs of a legacy one.
    data_loaders : DataLoaderList
        Loaders of all other inputs.
    output_list : OutputList
        Outputs, or the one called ``result`` of an analyzer.
    data_sinks : list of CachedDataSink
        What the outputs write to.

    Raises
    ------
    RuntimeError
        When the algorithm is of a kind that cannot be run, is not valid, or a view fails.
    OSError
        When data of an input is missing, or an output cannot be written.
    """

    input_list: InputList
    data_loaders: DataLoaderList
    output_list: OutputList
    data_sinks: list[CachedDataSink]

    def __init__(
        self,
        configuration: Mapping[str, Any],
        algorithm: Algorithm,
        prefix: str,
        cache_root: str,
        *,
        databases: Mapping[str, Database] | None = None,
        db_socket: Any = None,
        loop_socket: Any = None,
    ) -> None:
        if not algorithm.valid:
            raise RuntimeError(f"algorithm `{algorithm.name}' is not valid:\n  * " + "\n  * ".join(algorithm.errors))
        if "loop" in configuration or loop_socket is not None or algorithm.loop_map:
            raise RuntimeError(f"algorithm `{algorithm.name}': loops are not supported yet")
        self.configuration = configuration
        self.algorithm = algorithm
        self._runner: Runner | None = None
        self.input_list, self.data_loaders = create_inputs_from_configuration(
            configuration,
            algorithm,
            prefix,
            cache_root,
            cache_access=AccessMode.LOCAL,
            db_access=AccessMode.LOCAL if db_socket is None else AccessMode.REMOTE,
            socket=db_socket,
            databases=databases,
        )
        self.output_list, self.data_sinks = create_outputs_from_configuration(
            configuration, algorithm, prefix, cache_root, self.input_list, self.data_loaders
        )

    @property
    def runner(self) -> Runner:
        """The algorithm's object; its code is loaded on first use."""
        if self._runner is None:
            self._runner = self.algorithm.runner()
        return self._runner

    @property
    def analysis(self) -> bool:
        """Whether the block is an analyzer."""
        return "result" in self.configuration

    def setup(self) -> bool:
        """Hand the parameters to the algorithm; tell whether it accepts them."""
        return bool(self.runner.setup(self.configuration["parameters"]))

    def prepare(self) -> bool:
        """Let the algorithm read what it needs beforehand; tell whether it succeeded."""
        return bool(self.runner.prepare(self.data_loaders))

    def process(self) -> bool:
        """Run the algorithm over all data; the outputs appear in the cache if it succeeds, and not at all otherwise.

        Returns
        -------
        bool
            Whether the algorithm succeeded; without any data it does, never being called.

        Raises
        ------
        RuntimeError
            When the algorithm left outputs without data; it names them.
        OSError
            When an output cannot be written.
        Exception
            Whatever the algorithm or a view raises.
        """
        succeeded = False
        try:
            succeeded = self._run_autonomous() if self.algorithm.is_autonomous else self._run_sequential()
            if succeeded:
                self._require_complete()
                self.close()
        finally:
            self.discard()
        return succeeded

    def _require_complete(self) -> None:
        group = self.input_list.main_group
        if group is not None and group.last_data_index < 0:
            return  # there was no data
        missing = [
            f"{output.name} (written up to data index {output.last_written_data_index} of {sink.end_index})"
            for output, sink in zip(self.output_list, self.data_sinks, strict=True)
            if output.isDataMissing() or output.last_written_data_index < (sink.end_index or 0)
        ]
        if missing:
            text = f"algorithm `{self.algorithm.name}' did not write all data of its outputs: {', '.join(missing)}"
            if self.algorithm.is_autonomous:
                text += "; an autonomous algorithm gives the last data index that a write covers: write(data, end)"
            raise RuntimeError(text)

    def _outputs(self) -> dict[str, Any]:
        return {"output": self.output_list[0]} if self.analysis else {"outputs": self.output_list}

    def _run_autonomous(self) -> bool:
        return bool(self.runner.process(data_loaders=self.data_loaders, **self._outputs()))

    def _run_sequential(self) -> bool:
        group = self.input_list.main_group
        if group is None:
            return True
        arguments = {"inputs": self.input_list, **self._outputs()}
        if self.algorithm.type == self.algorithm.LEGACY:
            logger.warning(
                "%s is using LEGACY I/O API, please upgrade this algorithm as soon as possible", self.algorithm.name
            )
        else:
            arguments["data_loaders"] = self.data_loaders
        process = self.runner.process
        # Only the main group decides: an algorithm need not read other channels to their ends.
        while group.hasMoreData():
            group.restricted_access = False
            group.next()
            group.restricted_access = True
            if not process(**arguments):
                return False
        return True

    def close(self) -> None:
        """Close all outputs: complete ones get their names for good, others vanish.

        Raises
        ------
        OSError
            When an output cannot be written, after all have been closed.
        """
        with ExitStack() as closing:
            for output in self.output_list:
                closing.callback(output.close)

    def discard(self) -> None:
        """Keep nothing of outputs that have not been closed."""
        for sink in self.data_sinks:
            sink.discard()

    def statistics(self) -> dict[str, Any]:
        """Tell what has been read and written, and in what time."""
        return stats.io_statistics(self.configuration, self.input_list, self.output_list)

    def progress(self) -> tuple[int, int]:
        """Tell how many data indices are done, and how many there are; may be called from another thread."""
        sink = self.data_sinks[0]
        start, end = sink.start_index, sink.end_index
        assert start is not None and end is not None, "known since the sink is set up"
        group = self.input_list.main_group
        if group is not None:
            last = group.last_data_index
        else:
            last = min(output.last_written_data_index for output in self.output_list)
        return max(last - start + 1, 0), end - start + 1
