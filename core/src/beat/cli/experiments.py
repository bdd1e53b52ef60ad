"""`beat experiments`: list, check, run and plot."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .checking import print_check
from .config import Configuration
from .console import ERRORS, EXTRA, Talk, print_json, print_rows
from .context import chosen, configuration, finish, talk
from .main import HELP, Abbreviated

if TYPE_CHECKING:
    from beat.core.engine.report import Report
    from beat.core.engine.results import Result
    from beat.core.experiment import Experiment


@click.group(cls=Abbreviated, context_settings=HELP)
def experiments() -> None:
    """List, check, run and plot experiments."""


@experiments.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array of the names.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the experiments of the prefix.

    Example: beat experiments list
    """
    names, _ = chosen(ctx, "experiment", ())
    if as_json:
        print_json(names)
    else:
        for name in names:
            click.echo(name)


@experiments.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="Write a JSON object: name to list of errors.")
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Check experiments, all if none is named; a name may be the beginning of names.

    Example: beat experiments check user/
    """
    from beat.core.experiment import Experiment

    found, failures = chosen(ctx, "experiment", names)
    caches: tuple[dict[str, Any], ...] = ({}, {}, {}, {})
    errors: dict[str, list[str]] = {}
    for name in found:
        errors[name] = _load(Experiment, configuration(ctx).path, name, caches).errors
        if not as_json:
            print_check(f"experiments/{name}", errors[name])
    if as_json:
        print_json(errors)
    invalid = sum(map(bool, errors.values()))
    finish(ctx, invalid + failures, f"{invalid} of {len(found)} experiments are invalid" if invalid else "")


def _load(kind: type[Experiment], prefix: str, name: str, caches: tuple[dict[str, Any], ...]) -> Experiment:
    """Load an experiment; a name of the wrong shape is a mistake of the caller, not of a declaration."""
    try:
        return kind(prefix, name, *caches)
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error


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
    from beat.core.experiment import Experiment

    caches: tuple[dict[str, Any], ...] = ({}, {}, {}, {})
    documents: list[dict[str, Any]] = []
    failures = 0
    for name in names:
        experiment = _load(Experiment, configuration(ctx).path, name, caches)
        if experiment.errors:
            talk(ctx).error(_invalid(name, experiment.errors))
            documents.append({"experiment": name, "status": "invalid", "errors": experiment.errors})
            failures += 1
            continue
        report = _run(ctx, experiment, force, target)
        failures += not report.ok
        found = _results(configuration(ctx), experiment, report)
        if not (quiet or as_json):
            _print_results(found)
        documents.append({**report.as_dict(), "results": {name: result.as_dict() for name, result in found.items()}})
    if as_json:
        print_json(documents if len(documents) > 1 else documents[0])
    finish(ctx, failures)


def _invalid(name: str, errors: list[str]) -> str:
    return f"experiment `{name}' is not valid:" + "".join("\n  * " + error.replace("\n", "\n    ") for error in errors)


def _run(ctx: click.Context, experiment: Experiment, force: bool, target: str | None) -> Report:
    from beat.core import engine

    from .progress import Follower

    config, voice = configuration(ctx), talk(ctx)
    voice.say(f"experiment {experiment.label}", style="bold")
    try:
        with Follower(voice) as follow:
            report = engine.run(
                experiment,
                cache=config.cache,
                force=force,
                target=target,
                on_event=follow,
                custom_root_folders=config.database_paths,
                logs=Path(config.state, "logs", experiment.label),
            )
    except KeyboardInterrupt:
        voice.error("interrupted; what is finished is cached: the same command goes on from there")
        ctx.exit(130)
    _explain_failure(voice, config, report)
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


def _print_results(found: dict[str, Result]) -> None:
    """Write the result table: a line a value; what is to be plotted is only named."""
    for analyzer, result in found.items():
        click.echo(analyzer)
        print_rows([(field, _brief(getattr(result.data, field))) for field in result.types], indent="  ")


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
    from beat.core.experiment import Experiment

    config = configuration(ctx)
    folder = Path(output_folder or config.path)
    folder.mkdir(parents=True, exist_ok=True)
    parameters = _parameters(params)
    caches: tuple[dict[str, Any], ...] = ({}, {}, {}, {})
    failures = 0
    for name in names:
        experiment = _load(Experiment, config.path, name, caches)
        if experiment.errors:
            talk(ctx).error(_invalid(name, experiment.errors))
            failures += 1
            continue
        try:
            reports = draw(experiment, config.cache, folder, parameters=parameters)
        except RuntimeError as error:
            talk(ctx).error(str(error))
            failures += 1
            continue
        for report in reports:
            click.echo(report.path)
            talk(ctx).say(f"{report.state}: {report.analyzer}.{report.output} by {report.plotter}", EXTRA)
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
