"""Draw the plots among the results of an experiment."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beat.backend.python import jsonio

from ..execution import report
from .capture import Capture
from .events import BlockOutput, Consumer
from .files import make_folder, write_atomically
from .plotters import Plotters, fingerprint
from .results import Result, results

if TYPE_CHECKING:
    from ..experiment import Experiment
    from ..plotter import Plotter

_MANIFEST = ".plots.json"
"""Says of each file of a folder of plots what it was drawn from."""


@dataclass(frozen=True, slots=True)
class PlotReport:
    """What became of one plot."""

    path: str
    analyzer: str
    output: str
    """Field of the analyzer's results."""
    plotter: str
    state: str
    """``drawn``, or ``unchanged`` when the file was there already."""

    def as_dict(self) -> dict[str, Any]:
        """Give everything for JSON."""
        return asdict(self)


def plot(
    experiment: Experiment,
    cache: str | os.PathLike[str] | None,
    folder: str | os.PathLike[str],
    *,
    parameters: Mapping[str, str] | None = None,
    on_event: Consumer | None = None,
) -> list[PlotReport]:
    """Draw all results of an experiment that are plots, one file each.

    A file whose data, plotter (with its libraries) and parameters are what it was drawn from, and which nobody changed
    since, is left alone.

    Parameters
    ----------
    experiment
        A valid experiment that has been run.
    cache
        Folder of the cache; ``<prefix>/cache`` by default.
    folder
        Where the files go, made if missing: ``<label, "/" as "_">_<output><extension>``.
    parameters
        Output to the name of a plotter parameter.
    on_event
        Gets what plotters print, as `BlockOutput` of their analyzer.

    Returns
    -------
    list of PlotReport
        In the order of the experiment. Analyzers that have not been run are left out.

    Raises
    ------
    RuntimeError
        When no analyzer has been run, when there is no plotter for a result, when a plotter parameter is not right or
        names no output, or when a plotter fails.
    OSError
        When a file cannot be written, or the cache is damaged.
    """
    chosen = dict(parameters or {})
    found = results(experiment, cache)
    if not found:
        raise RuntimeError(f"experiment `{experiment.label}' has no results yet: run it first")
    drawings = list(_drawings(found))
    unknown = sorted(set(chosen) - {output for _, output in drawings})
    if unknown:
        outputs = ", ".join(sorted({output for _, output in drawings})) or "none"
        raise RuntimeError(f"no plot is called `{unknown[0]}'; experiment `{experiment.label}' has: {outputs}")
    target = Path(folder)
    make_folder(target, "folder of the plots")
    names = Counter(output for _, output in drawings)
    studio = _Studio(experiment, target, on_event)
    return [studio.draw(result, output, names[output] > 1, chosen.get(output)) for result, output in drawings]


def _drawings(found: Mapping[str, Result]) -> Iterator[tuple[Result, str]]:
    for result in found.values():
        for output, kind in result.types.items():
            if kind.startswith("plot/"):
                yield result, output


class _Studio:
    """Draws the plots of one experiment into one folder."""

    def __init__(self, experiment: Experiment, folder: Path, on_event: Consumer | None) -> None:
        self._experiment = experiment
        self._folder = folder
        self._on_event = on_event
        self._plotters = Plotters(experiment.prefix)
        self._manifest = _read_manifest(folder / _MANIFEST)

    def draw(self, result: Result, output: str, ambiguous: bool, parameters: str | None) -> PlotReport:
        """Draw one plot, unless its file is as it should be."""
        kind = result.types[output]
        plotter, values = self._plotters.choose(kind, parameters)
        data = getattr(result.data, output)
        stem = f"{result.analyzer}_{output}" if ambiguous else output
        name = f"{self._experiment.label.replace('/', '_')}_{stem}"
        source = {
            "data": hashlib.sha256(data.pack()).hexdigest(),
            "dataformat": kind,
            "plotter": plotter.name,
            "code": fingerprint(plotter),
            "parameters": dict(values),  # an ordered one would differ from itself in another order
        }
        known = self._manifest.get(name)
        if known is not None and known["source"] == source and self._is_untouched(known):
            return PlotReport(str(self._folder / known["file"]), result.analyzer, output, plotter.name, "unchanged")
        content, extension = self._run(plotter, values, data, result.analyzer, output)
        path = self._folder / f"{name}{extension}"
        write_atomically(path, content)
        self._manifest[name] = {"file": path.name, "sha256": hashlib.sha256(content).hexdigest(), "source": source}
        text = json.dumps(self._manifest, indent=1, sort_keys=True)
        write_atomically(self._folder / _MANIFEST, text.encode())
        return PlotReport(str(path), result.analyzer, output, plotter.name, "drawn")

    def _is_untouched(self, known: Mapping[str, Any]) -> bool:
        try:
            content = (self._folder / known["file"]).read_bytes()
        except OSError:
            return False
        digest: str = known["sha256"]
        return hashlib.sha256(content).hexdigest() == digest

    def _run(
        self, plotter: Plotter, values: Mapping[str, Any], data: Any, analyzer: str, output: str
    ) -> tuple[bytes, str]:
        """Run a plotter; give the content of the file and its extension."""
        emit = self._on_event or (lambda event: None)
        failure = f"plotter `{plotter.name}' failed on output `{output}' of analyzer `{analyzer}'"
        try:
            with Capture() as capture, capture.into(lambda text: emit(BlockOutput(analyzer, text))):
                runner = plotter.runner()
                if not runner.setup(dict(values)):
                    raise RuntimeError("its setup() returned a false value; return True when it succeeds")
                image = runner.process([(self._experiment.label, data)])
                content_type = getattr(runner.obj, "content_type", "image/png")
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            told = report.describe(error, plotter.prefix)
            separator = "\n" if "\n" in told else " "
            raise RuntimeError(f"{failure}:{separator}{told}") from error
        content = image.encode("utf-8", "backslashreplace") if isinstance(image, str) else image
        if not isinstance(content, bytes):
            raise RuntimeError(f"{failure}: process() must return bytes or text, not a `{type(image).__name__}'")
        if not isinstance(content_type, str):
            raise RuntimeError(f'{failure}: content_type must be a text such as "image/png", not {content_type!r}')
        return content, mimetypes.guess_extension(content_type) or ""


def _read_manifest(path: Path) -> dict[str, Any]:
    """Read what the files of a folder were drawn from; nothing, if that cannot be known."""
    try:
        manifest = jsonio.load(path)
    except (OSError, ValueError, RuntimeError):
        return {}
    if not isinstance(manifest, dict):
        return {}
    return {
        name: known
        for name, known in manifest.items()
        if isinstance(known, dict) and isinstance(known.get("file"), str) and {"sha256", "source"} <= set(known)
    }
