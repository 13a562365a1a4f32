"""Backups: everything an installation keeps, in one file that proves itself.

    make_backup(...)     writes one, while everybody goes on working
    restore(...)         brings one back, all or nothing, and compares digests
    read_head(...)       says what a file holds
    Shelf                the folder in which backups stand, with what is known of each

The file is a compressed tar that any machine can open (``docs/operations.md`` has
the whole format): what it is in ``head.json``, files of the home, rows of each
table as PostgreSQL's COPY writes them, and the digests of all that in
``tail.json``. No client tools of PostgreSQL are needed, and no table is written in
more than one place: the tables themselves are made by our migrations, in the state that
the head names.
"""

from __future__ import annotations

from bihuan.base.backup.afterwards import after_restore
from bihuan.base.backup.envelope import Secret
from bihuan.base.backup.making import make_backup
from bihuan.base.backup.shelf import Kind, Made, Shelf, usual_secret
from bihuan.base.backup.still import in_step

__all__ = [
    "Kind",
    "Made",
    "Secret",
    "Shelf",
    "after_restore",
    "in_step",
    "make_backup",
    "usual_secret",
]
