"""`beat experiments`: list, check, run and plot."""

from __future__ import annotations

import shlex
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from beat.core.diagnosis import diagnose

from . import declared
from .checking import listed
from .config import Configuration
from .console import DEBUG, ERRORS, EXTRA, Talk, reason
from .context import configuration, finish, talk
from .main import HELP, INTERRUPTED, Abbreviated

if TYPE_CHECKING:
    from beat.core.engine.report import Report
    from beat.core.engine.results import Result
    from beat.core.experiment import Experiment


@click.group(cls=Abbreviated, context_settings=HELP)
def experiments() -> None:
    """List, check, run and plot experiments."""


declared.add_commands(experiments, "experiment")


def _load(config: Configuration, name: str, caches: tuple[dict[str, Any], ...]) -> Experiment:
    """Load an experiment; its file in the prefix, as a shell completes it, is a name, too."""
    from beat.core.experiment import Experiment

    return Experiment(config.path, name.removeprefix("experiments/").removesuffix(".json"), *caches)


@experiments.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--force", is_flag=True, help="Run blocks again although their outputs are cached.")
@click.option("--target", metavar="BLOCK", help="Run only this block and what it depends on.")
@click.option("--local", is_flag=True, help="Run in this process (the default).")
@click.option("--quiet", is_flag=True, help="Do not show results.")
@click.option("--json", "as_json", is_flag=True, help="Write report and results as JSON (an array for several names).")
@click.pass_context
def run(
    ctx: click.Context, names: tuple[str, ...], force: bool, target: str | None, local: bool, quiet: bool, as_json: bool
) -> None:
    """Run experiments: index their databases, run the blocks that are not cached, show the results.

    Example: beat experiments run user/user/toolchain/1/label
    """
    voice = talk(ctx)
    voice.reserve_output()
    caches: tuple[dict[str, Any], ...] = ({}, {}, {}, {})
    documents: list[dict[str, Any]] = []
    for name in names:
        if documents and documents[-1]["status"] in ("interrupted", "not run"):
            documents.append({"experiment": name, "status": "not run"})
            continue
        try:
            documents.append(_run(ctx, name, caches, force, target, show=not (quiet or as_json)))
        except KeyboardInterrupt:
            voice.error("interrupted")
            documents.append({"experiment": name, "status": "interrupted"})
        except BrokenPipeError:
            raise
        except (OSError, RuntimeError, click.ClickException) as error:
            if voice.verbosity >= DEBUG:
                voice.say(traceback.format_exc())
            voice.error(reason(error))
            documents.append({"experiment": name, "status": "failed", "errors": [reason(error)]})
    if as_json:
        voice.put_json(documents if len(documents) > 1 else documents[0])
    states = {document["status"] for document in documents}
    if "interrupted" in states:
        ctx.exit(INTERRUPTED)
    finish(ctx, len(states - {"done"}))


def _run(
    ctx: click.Context,
    name: str,
    caches: tuple[dict[str, Any], ...],
    force: bool,
    target: str | None,
    show: bool,
) -> dict[str, Any]:
    """Run one experiment and tell how it went; give that for JSON."""
    config, voice = configuration(ctx), talk(ctx)
    experiment = _load(config, name, caches)
    if experiment.errors:
        voice.error(_invalid(config, name, experiment))
        return {"experiment": name, "status": "invalid", "errors": experiment.errors}
    report = _report(config, voice, experiment, force, target)
    _explain_failure(voice, config, report)
    found = _results(config, experiment, report)
    if show and report.status != "interrupted":
        _print_results(voice, found)
    return {**report.as_dict(), "results": {analyzer: result.as_dict() for analyzer, result in found.items()}}


def _invalid(config: Configuration, name: str, experiment: Experiment) -> str:
    return f"experiment `{name}' is not valid:{listed(diagnose(config.path, experiment.problems))}"


def _report(config: Configuration, voice: Talk, experiment: Experiment, force: bool, target: str | None) -> Report:
    """Run an experiment while showing what happens; also of a run that is stopped there is a report."""
    from beat.core import engine

    from .progress import Follower

    voice.say(f"experiment {experiment.label}", style="bold")
    try:
        with Follower(voice) as follow:
            return engine.run(
                experiment,
                cache=config.cache,
                force=force,
                target=target,
                on_event=follow,
                custom_root_folders=config.database_paths,
                logs=Path(config.state, "logs", experiment.label),
            )
    except KeyboardInterrupt as interrupt:
        report: Report | None = getattr(interrupt, "report", None)
        if report is None:
            raise
        voice.error("interrupted; what is finished is cached: the same command goes on from there")
        return report


def _explain_failure(voice: Talk, config: Configuration, report: Report) -> None:
    """Tell what went wrong in a run, if anything: whose fault, where, and how to try it again."""
    from .progress import quote

    if report.user_error or report.system_error:
        voice.error("a database could not be indexed:")
        quote(voice, report.user_error or report.system_error)
    for block in report.blocks:
        if block.state == "failed":
            blame = "the code of the user" if block.user_error else "the system"
            voice.error(f"block `{block.name}' (algorithm {block.algorithm}) failed in {blame}:")
            quote(voice, block.user_error or block.system_error)
            if block.log:
                voice.say(f"what the block printed: {block.log}", ERRORS)
            command = ["beat", "--prefix", config.path, "--cache", config.cache]
            command += ["experiments", "run", report.experiment, "--target", block.name]
            voice.say(f"run this block again: {shlex.join(command)}", ERRORS)


def _results(config: Configuration, experiment: Experiment, report: Report) -> dict[str, Result]:
    """Read the results of the analyzers that are finished."""
    from beat.core.engine.results import results

    return results(
        experiment, config.cache, [block.name for block in report.blocks if block.state in ("cached", "done")]
    )


def _print_results(voice: Talk, found: dict[str, Result]) -> None:
    """Write the result table: a line a value; what is to be plotted is only named."""
    for analyzer, result in found.items():
        voice.put(analyzer)
        voice.put_rows([(field, _brief(getattr(result.data, field))) for field in result.types], indent="  ")


def _brief(value: Any) -> str:
    """Write a value as short as its type allows; of an object, only the names of its fields."""
    fields = getattr(value, "__dict__", None)
    return str(value) if fields is None else f"see `beat experiments plot' ({', '.join(fields)})"


@experiments.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--output-folder",
    type=click.Path(exists=False, file_okay=False),
    help="Where the pictures go; it is made if needed. Default: the prefix.",
)
@click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    metavar="OUTPUT,PARAMETERS",
    help="Plotter parameters (a plotterparameter) for an output of an analyzer; may be repeated.",
)
@click.option("--show", is_flag=True, help="Open each picture with the program of the desktop.")
@click.pass_context
def plot(
    ctx: click.Context, names: tuple[str, ...], output_folder: str | None, params: tuple[str, ...], show: bool
) -> None:
    """Draw the plots of experiments that have run; a plot whose data and plotter did not change is left alone.

    Example: beat experiments plot --output-folder plots user/user/toolchain/1/label
    """
    from beat.core.engine.plots import plot as draw

    config, voice = configuration(ctx), talk(ctx)
    parameters = _parameters(params)
    voice.reserve_output()
    caches: tuple[dict[str, Any], ...] = ({}, {}, {}, {})
    failures = 0
    for name in names:
        try:
            experiment = _load(config, name, caches)
            if experiment.errors:
                raise RuntimeError(_invalid(config, name, experiment))
            reports = draw(experiment, config.cache, output_folder or config.path, parameters=parameters)
        except (OSError, RuntimeError) as error:
            voice.error(reason(error))
            failures += 1
            continue
        for report in reports:
            voice.put(report.path)
            voice.say(f"{report.state}: {report.analyzer}.{report.output} by {report.plotter}", EXTRA)
            if show:
                click.launch(str(report.path))
    finish(ctx, failures)


def _parameters(params: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition(",") for text in params]
    for output, comma, name in pairs:
        if not (output and comma and name):
            raise click.BadParameter(
                f"`{output}{comma}{name}' is not of the form OUTPUT,PARAMETERS", param_hint="--param"
            )
    return {output: name for output, _, name in pairs}
