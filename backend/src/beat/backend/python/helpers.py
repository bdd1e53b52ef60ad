"""From the configuration of a block to its inputs and outputs, and to what a child process gets to know of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .data import CachedDataSink, CachedDataSource, DataSource, RemoteDataSource, getAllFilenames
from .data_loaders import DataLoader, DataLoaderList
from .inputs import Input, InputGroup, InputList
from .outputs import Output, OutputList, RemotelySyncedOutput, SynchronizationListener
from .views import Runner

if TYPE_CHECKING:
    from .algorithm import Algorithm
    from .database import Database
    from .dataformat import DataFormat

Configuration = Mapping[str, Any]


# -- what a child process gets to know -----------------------------------------------------------------------------


def parse_inputs(inputs: Mapping[str, Configuration]) -> dict[str, dict[str, Any]]:
    """Keep what is needed to read each input: ``channel``, ``path`` and where its database has it."""
    result = {}
    for name, declared in inputs.items():
        keys = ["channel", "path"]
        if "database" in declared:
            keys += ["database", "protocol", "set", "output"]
        result[name] = {key: declared[key] for key in keys}
    return result


def parse_outputs(outputs: Mapping[str, Configuration]) -> dict[str, dict[str, Any]]:
    """Keep what is needed to write each output: ``channel`` and ``path``."""
    return {name: {key: declared[key] for key in ("channel", "path")} for name, declared in outputs.items()}


def _common_part(config: Configuration) -> dict[str, Any]:
    return {
        "algorithm": config["algorithm"],
        "parameters": config["parameters"],
        "channel": config["channel"],
        "uid": os.getuid(),
        "inputs": parse_inputs(config["inputs"]),
    }


def convert_loop_to_container(config: Configuration) -> dict[str, Any]:
    """Reduce the ``loop`` section of a configuration to what the process of its evaluator needs."""
    return {**_common_part(config), "outputs": parse_outputs(config["outputs"])}


def convert_experiment_configuration_to_container(config: Configuration) -> dict[str, Any]:
    """Reduce the configuration of a block to what its process needs."""
    data = _common_part(config)
    if "range" in config:
        data["range"] = config["range"]
    if "outputs" in config:
        data["outputs"] = parse_outputs(config["outputs"])
    else:
        data["result"] = {"channel": config["channel"], "path": config["result"]["path"]}
    if "loop" in config:
        data["loop"] = convert_loop_to_container(config["loop"])
    return data


# -- inputs --------------------------------------------------------------------------------------------------------


class AccessMode:
    """How the data of inputs is reached."""

    NONE = 0
    LOCAL = 1
    REMOTE = 2


def input_range(config: Configuration, declared: Configuration) -> tuple[int | None, int | None]:
    """Give the first and last data index that an input is to deliver: the range of a block cuts its main channel."""
    if declared["channel"] != config["channel"]:
        return None, None
    start, end = config.get("range") or (None, None)
    return start, end


class OpenViews:
    """The views that the inputs of one block read from, one for each database, protocol, set and channel.

    Parameters
    ----------
    config
        Configuration of the block.
    databases
        Databases by their names.
    cache_root
        Folder of the cache, which holds the indices of the sets.
    pack
        Whether the data sources give packed bytes in place of objects.

    Attributes
    ----------
    views : dict
        (database, protocol, set, channel) -> `Runner`.
    """

    def __init__(self, config: Configuration, databases: Mapping[str, Database], cache_root: str, pack: bool) -> None:
        self.views: dict[tuple[str, str, str, str], Runner] = {}
        self._config = config
        self._databases = databases
        self._cache_root = cache_root
        self._pack = pack

    def source(self, name: str, declared: Configuration) -> DataSource:
        """Open the data source of an input, and its view if that is not open yet.

        Raises
        ------
        OSError
            When there is no such database, output or index.
        KeyError
            When the database has no such protocol or set.
        RuntimeError
            When the database is not valid, or its code fails.
        """
        key = (declared["database"], declared["protocol"], declared["set"], declared["channel"])
        if key not in self.views:
            self.views[key] = self._open(name, declared)
        sources = self.views[key].data_sources or {}
        if declared["output"] not in sources:
            text = f"input `{name}': set {'/'.join(key[:3])} has no output `{declared['output']}'"
            raise OSError(f"{text}; it has: {', '.join(sources)}")
        return sources[declared["output"]]

    def _open(self, name: str, declared: Configuration) -> Runner:
        database = self._databases.get(declared["database"])
        if database is None:
            raise OSError(f"input `{name}': there is no database `{declared['database']}' among those given")
        view = database.view(declared["protocol"], declared["set"])
        start, end = input_range(self._config, declared)
        view.setup(f"{self._cache_root}/{declared['path']}", start_index=start, end_index=end, pack=self._pack)
        return view


def create_inputs_from_configuration(
    config: Configuration,
    algorithm: Algorithm,
    prefix: str,
    cache_root: str,
    cache_access: int = AccessMode.NONE,
    db_access: int = AccessMode.NONE,
    unpack: bool = True,
    socket: Any = None,
    databases: Mapping[str, Database] | None = None,
    no_synchronisation_listeners: bool = False,
) -> tuple[InputList, DataLoaderList]:
    """Open the inputs of a block, each as its kind of algorithm takes it.

    A sequential algorithm gets the inputs of its main channel step by step and the others through data loaders, an
    autonomous one gets data loaders only, a legacy one none.

    Parameters
    ----------
    config
        Configuration of the block.
    algorithm
        Its algorithm.
    prefix
        Folder of all declared objects.
    cache_root
        Folder of the cache.
    cache_access, db_access
        An `AccessMode`; inputs that cannot be reached are left out.
    unpack
        Has no effect: data is always unpacked.
    socket
        Link to the provider of the databases, for remote access to them.
    databases
        Databases by their names, for local access to them.
    no_synchronisation_listeners
        Leaves out what tells outputs where the main channel is.

    Raises
    ------
    OSError
        When data of an input is missing, or what is needed to reach it.
    """
    inputs = InputList()
    loaders = DataLoaderList()
    views = OpenViews(config, databases, cache_root, pack=False) if databases is not None else None
    for name, declared in config["inputs"].items():
        source: DataSource
        if "database" not in declared:
            if cache_access != AccessMode.LOCAL:
                continue
            source = _cached_source(
                name, declared, prefix, cache_root, input_range(config, declared), algorithm.dataformats
            )
        elif db_access == AccessMode.LOCAL:
            if views is None:
                raise OSError(f"input `{name}' reads database `{declared['database']}', but no databases are given")
            source = views.source(name, declared)
        elif db_access == AccessMode.REMOTE:
            if socket is None:
                raise OSError(f"input `{name}' reads database `{declared['database']}', but no link to it is given")
            source = RemoteDataSource()
            source.setup(socket, name, algorithm.input_map[name], prefix, dataformats=algorithm.dataformats)
        else:
            continue
        channel = declared["channel"]
        is_main = channel == config["channel"]
        if algorithm.type == algorithm.LEGACY or (algorithm.is_sequential and is_main):
            group = inputs.group(channel)
            if group is None:
                listener = None if no_synchronisation_listeners else SynchronizationListener()
                group = InputGroup(channel, synchronization_listener=listener, restricted_access=is_main)
                inputs.add(group)
            group.add(Input(name, algorithm.input_map[name], source))
        else:
            loader = loaders[channel]
            if loader is None:
                loader = DataLoader(channel)
                loaders.add(loader)
            loader.add(name, source)
    return inputs, loaders


def _cached_source(
    name: str,
    declared: Configuration,
    prefix: str,
    cache_root: str,
    bounds: tuple[int | None, int | None],
    dataformats: Mapping[str, DataFormat],
) -> CachedDataSource:
    filename = f"{cache_root}/{declared['path']}.data"
    source = CachedDataSource()
    if not source.setup(filename, prefix, *bounds, dataformats=dataformats):
        where = "" if bounds == (None, None) else f" for data indices {bounds[0]} to {bounds[1]}"
        raise OSError(f"input `{name}': there is no data in {filename}{where}; run the block that writes it")
    return source


# -- outputs -------------------------------------------------------------------------------------------------------


def create_outputs_from_configuration(
    config: Configuration,
    algorithm: Algorithm,
    prefix: str,
    cache_root: str,
    input_list: InputList | None = None,
    data_loaders: DataLoaderList | None = None,
    loop_socket: Any = None,
) -> tuple[OutputList, list[CachedDataSink]]:
    """Open the outputs of a block, or the one called ``result`` of an analyzer.

    Parameters
    ----------
    config
        Configuration of the block.
    algorithm
        Its algorithm.
    prefix
        Folder of all declared objects.
    cache_root
        Folder of the cache.
    input_list, data_loaders
        The inputs, which tell the range of data indices to be written.
    loop_socket
        Link to the evaluator of the loop, which is told of each write.

    Raises
    ------
    OSError
        When a file cannot be made, or nothing tells the range.
    """
    if "result" in config:
        wanted = {"result": (config["result"], algorithm.result_dataformat())}
    else:
        wanted = {
            name: (declared, algorithm.dataformats[algorithm.output_map[name]])
            for name, declared in config["outputs"].items()
        }
    start, end = _output_range(config, cache_root, input_list, data_loaders)
    group = input_list.group(config["channel"]) if input_list is not None else None
    listener = group.synchronization_listener if group is not None else None

    outputs = OutputList()
    sinks: list[CachedDataSink] = []
    try:
        for name, (declared, dataformat) in wanted.items():
            sink = _open_sink(name, f"{cache_root}/{declared['path']}.data", dataformat, start, end)
            sinks.append(sink)
            if loop_socket is None:
                outputs.add(Output(name, sink, listener, force_start_index=start))
            else:
                outputs.add(RemotelySyncedOutput(name, sink, loop_socket, listener, force_start_index=start))
    except BaseException:
        for sink in sinks:
            sink.close()
        raise
    return outputs, sinks


def _open_sink(name: str, filename: str, dataformat: DataFormat, start: int, end: int) -> CachedDataSink:
    os.makedirs(os.path.dirname(filename), exist_ok=True)
    sink = CachedDataSink()
    if not sink.setup(filename, dataformat, start, end, encoding="binary"):
        raise OSError(f"output `{name}': cannot write {filename}")
    return sink


def _output_range(
    config: Configuration,
    cache_root: str,
    input_list: InputList | None,
    data_loaders: DataLoaderList | None,
) -> tuple[int, int]:
    """Find the first and last data index of the outputs: those of the main channel, or of the wanted part of it."""
    start, end = config.get("range") or (None, None)
    if end is None:
        main = {name: it for name, it in config["inputs"].items() if it["channel"] == config["channel"]}
        cached = [it for it in main.values() if "database" not in it]
        if cached:
            end = _last_cached_index(f"{cache_root}/{cached[0]['path']}.data")
        else:
            end = _last_database_index(list(main), input_list, data_loaders)
    if end is None:
        text = f"the outputs have no range: no input of channel `{config['channel']}' has data"
        raise OSError(text)
    return start or 0, end


def _last_cached_index(filename: str) -> int | None:
    """Read the last data index off the names of the files of a cached output: ``<stem>.<first>.<last>.index``."""
    return max((int(index.rsplit(".", 2)[1]) for index in getAllFilenames(filename)[1]), default=None)


def _last_database_index(
    names: list[str], input_list: InputList | None, data_loaders: DataLoaderList | None
) -> int | None:
    for name in names:
        reader = input_list[name] if input_list is not None else None
        if reader is not None:
            return reader.data_source.last_data_index() if len(reader.data_source) else None
        loader = data_loaders.loaderOf(name) if data_loaders is not None else None
        if loader is not None:
            return loader.data_index_end if loader.count() else None
    return None
