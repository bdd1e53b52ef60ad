"""`beat databases`: list, check and index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from beat.core import catalog

from .checking import print_check
from .config import Configuration
from .console import ERRORS, print_json
from .context import configuration, finish, talk
from .main import HELP, Abbreviated

if TYPE_CHECKING:
    from beat.core.database import Database


@click.group(cls=Abbreviated, context_settings=HELP)
def databases() -> None:
    """Index databases."""


@databases.command()
@click.argument("names", nargs=-1, metavar="[DATABASE[/PROTOCOL[/SET]]]...")
@click.option("--list", "show", is_flag=True, help="Show the index files that exist, in place of making any.")
@click.option("--delete", is_flag=True, help="Remove the index files, in place of making any.")
@click.option("--checksum", is_flag=True, help="Make the index files (the default).")
@click.option(
    "--db-root", type=click.Path(exists=True, file_okay=False, resolve_path=True), help="Folder of the raw data."
)
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array of the index files.")
@click.pass_context
def index(
    ctx: click.Context,
    names: tuple[str, ...],
    show: bool,
    delete: bool,
    checksum: bool,
    db_root: str | None,
    as_json: bool,
) -> None:
    """Index databases, all if none is named, so that experiments can read them.

    Example: beat databases index digits/1/identification
    """
    from beat.core.engine import indexing

    config = configuration(ctx)
    files: list[str] = []
    failures = 0
    for database, protocol, set_name in _sets(ctx, names):
        if database is None:
            failures += 1
            continue
        path = indexing.index_path(config.cache, database.name, protocol, set_name)
        what = f"{database.name}, protocol {protocol}, set {set_name}"
        if show or delete:
            if not path.is_file():
                continue
            if delete and not show:
                _remove(path, config)
        else:
            root = db_root or indexing.root_folder(config.database_paths, database.name)
            talk(ctx).say(f"indexing {what}")
            if not _build(ctx, database, protocol, set_name, root):
                failures += 1
                continue
        files.append(str(path))
    if as_json:
        print_json(files)
    else:
        for file in files:
            click.echo(file)
    finish(ctx, failures, f"{failures} of the wanted indices could not be made" if failures else "")


def _sets(ctx: click.Context, names: tuple[str, ...]) -> Iterator[tuple[Database | None, str, str]]:
    """Walk over the sets that the user names; a name that is wrong is reported and gives ``(None, "", "")``."""
    from beat.core.database import Database
    from beat.core.engine.indexing import selected

    config = configuration(ctx)
    cache: dict[str, Any] = {}
    for wanted in names or catalog.names(config.path, "database"):
        parts = wanted.removeprefix("databases/").strip("/").split("/")
        complete = "/".join(parts[:2])
        found = [complete] if len(parts) >= 2 else catalog.expand(config.path, "database", complete)
        if not found or len(parts) > 4:
            talk(ctx).error(f"no database is called `{wanted}': a name is DATABASE/VERSION[/PROTOCOL[/SET]]")
            yield None, "", ""
            continue
        for name in found:
            try:
                database = Database(config.path, name, cache)
            except RuntimeError as error:
                raise click.ClickException(str(error)) from error
            if database.errors:
                print_check(f"databases/{name}", database.errors, talk(ctx))
                yield None, "", ""
                continue
            try:
                for protocol, set_name in selected(database, *parts[2:4]):
                    yield database, protocol, set_name
            except KeyError as error:
                talk(ctx).error(error.args[0])
                yield None, "", ""


def _build(ctx: click.Context, database: Database, protocol: str, set_name: str, root: str | None) -> bool:
    """Make one index; what the view raises is reported with its own frames."""
    from beat.core.engine import indexing
    from beat.core.execution.report import describe

    try:
        indexing.build(database, protocol, set_name, configuration(ctx).cache, root)
    except Exception as error:  # noqa: BLE001 - the code of a view may raise anything
        talk(ctx).error(f"the view of {database.name}, protocol {protocol}, set {set_name} failed:")
        talk(ctx).say(describe(error, configuration(ctx).path), ERRORS)
        folder = root or database.data["root_folder"]
        if not Path(folder).is_dir():
            talk(ctx).say(missing_root(database.name, folder), ERRORS)
        return False
    return True


def missing_root(database: str, folder: str) -> str:
    """Tell a user what to do about raw data that are not where the database expects them."""
    return (
        f"the root folder of database {database}, `{folder}', does not exist: name yours with --db-root, "
        f'or by the key "database/{database}" of a .beatrc file'
    )


def _remove(path: Path, config: Configuration) -> None:
    """Delete an index file, and the folders above it that this leaves empty, up to the cache."""
    path.unlink()
    for folder in path.parents:
        if folder == Path(config.cache) or any(folder.iterdir()):
            break
        folder.rmdir()
