"""``bihuan backup``, ``bihuan backups`` and ``bihuan restore``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
from django.utils.translation import gettext as _

from bihuan.base.backup.envelope import LEAST_PASSPHRASE, Secret
from bihuan.base.starting import prepare

PASSPHRASE = "BIHUAN_BACKUP_PASSPHRASE"
key_option = click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    help="File with the key: 32 bytes or more that nobody can guess.",
)


def _secret(key_file: Path | None, *, ask: bool) -> Secret | None:
    """Return what opens a backup: a key file, a passphrase, or nothing."""
    if key_file is not None:
        return Secret.of_file(key_file)
    if given := os.environ.get(PASSPHRASE):
        return Secret.of_passphrase(given)
    if not ask:
        return None
    words = _("Passphrase, at least %(least)s characters") % {"least": LEAST_PASSPHRASE}
    return Secret.of_passphrase(click.prompt(words, hide_input=True, confirmation_prompt=True))


@click.command()
@click.option("--to", type=click.Path(path_type=Path), help="Folder; BACKUP_FOLDER when left out.")
@click.option("--encrypt", is_flag=True, help="With --key-file, or a passphrase that is asked for.")
@key_option
@click.option("--with-keys", is_flag=True, help="Write the keys of the home into the same file.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def backup(
    *, to: Path | None, encrypt: bool, key_file: Path | None, with_keys: bool, as_json: bool
) -> None:
    """Write database and files into one file, while everybody goes on working."""
    from bihuan.base.backup import Kind, Shelf, make_backup

    shelf = Shelf(to.expanduser().resolve()) if to else Shelf.usual()
    secret = _secret(key_file, ask=True) if encrypt or key_file else None
    made = make_backup(shelf=shelf, kind=Kind.MANUAL, secret=secret, with_keys=with_keys)
    if as_json:
        click.echo(json.dumps({"file": str(shelf.folder / made.name), **made.as_data()}, indent=1))
        return
    said = {"file": shelf.folder / made.name, "rows": made.rows, "size": made.size}
    click.echo(_("%(file)s: %(rows)s rows, %(size)s bytes.") % said)
    if not with_keys:
        click.echo(_("The keys of this home are not in it: keep a copy of them elsewhere."))


@click.group()
def backups() -> None:
    """The backups there are."""


@backups.command(name="list")
@click.option("--in", "folder", type=click.Path(path_type=Path), help="Folder of the backups.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def list_(*, folder: Path | None, as_json: bool) -> None:
    """List the backups that are whole, the newest first."""
    from bihuan.base.backup import Shelf

    found = (Shelf(folder) if folder else Shelf.usual()).all()
    if as_json:
        click.echo(json.dumps([made.as_data() for made in found], indent=1))
        return
    for made in found:
        checked = _("checked") if made.checked_at else _("not checked")
        click.echo(f"{made.made_at:%Y-%m-%d %H:%M} {made.size:>14,} {checked} {made.name}")
    if not found:
        click.echo(_("There is no backup yet. Make one with “bihuan backup”."))


@backups.command()
@click.argument("file", type=click.Path(path_type=Path))
@key_option
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def check(*, file: Path, key_file: Path | None, as_json: bool) -> None:
    """Read a backup through and compare every table and file with its digest."""
    from bihuan.base.backup.checking import check as read_through
    from bihuan.base.backup.shelf import note_checked

    head = read_through(file, secret=_secret(key_file, ask=False))
    note_checked(file)
    if as_json:
        said = {"file": str(file), "whole": True, "version": head.version}
        click.echo(json.dumps({**said, "made_at": head.made_at.isoformat()}))
        return
    said = {"file": file.name, "made_at": f"{head.made_at:%Y-%m-%d %H:%M}", "version": head.version}
    click.echo(_("%(file)s is whole; made %(made_at)s UTC by Bihuan %(version)s.") % said)


@backups.command()
def clear() -> None:
    """Remove nightly backups that the rule of retention does not keep."""
    from bihuan.base.backup import Shelf

    for made in Shelf.usual().clear_out():
        click.echo(made.name)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--into",
    metavar="HOME|DATABASE_URL",
    help="A home with its own database, or the address of a database; else what is in use.",
)
@key_option
@click.option("--replace", is_flag=True, help="Where there is a company already, keep it apart.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def restore(
    *, file: Path, into: str | None, key_file: Path | None, replace: bool, as_json: bool
) -> None:
    """Bring a backup back, all or nothing, and prove it."""
    file = file.expanduser().resolve()
    _turn_to(into)
    prepare(migrate=False)
    from bihuan.base.backup.restoring import restore as bring_back

    def say(step: str) -> None:
        if not as_json:
            click.echo(_STEPS[step](), err=True)

    done = bring_back(file, secret=_secret(key_file, ask=False), replace=replace, say=say)
    said = {
        "tables": done.tables,
        "rows": done.rows,
        "files": done.files,
        "erased_again": done.done_again,
        "made_at": done.head.made_at.isoformat(),
        "kept_schema": done.kept_schema,
        "kept_files": str(done.kept_files or ""),
    }
    if as_json:
        click.echo(json.dumps(said))
    else:
        words = _("%(tables)s tables, %(rows)s rows and %(files)s files are back as they were.")
        click.echo(words % said)
        if done.done_again:
            words = _("People erased again, who were in the backup: %(erased_again)s.")
            click.echo(words % said)
        if done.kept_schema:
            kept = _("What was there before is kept in the schema %(kept_schema)s.")
            click.echo(kept % said)
    proved = subprocess.run([sys.executable, "-m", "bihuan", "verify"], stdout=sys.stderr)
    sys.exit(proved.returncode)


_STEPS = {
    "tables": lambda: _("Making the tables as they were …"),
    "rows": lambda: _("Bringing the rows in, and comparing them …"),
    "migrations": lambda: _("Bringing the tables up to date …"),
    "afterwards": lambda: _("Erasing again who was erased since …"),
    "swap": lambda: _("Putting them in their place …"),
}


def _turn_to(into: str | None) -> None:
    """Let this process work on the database that is asked for, before it is set up for any."""
    if into is None:
        return
    if "://" in into:
        os.environ["DATABASE_URL"] = into
        return
    os.environ["BIHUAN_HOME"] = str(Path(into).expanduser().resolve())
    os.environ.pop("DATABASE_URL", None)
