"""Why a backup cannot be made or brought back, in words for whoever looks after the machine."""

from __future__ import annotations

from bihuan.kernel.errors import Conflict, Invalid, Missing, gettext_noop


class BackupNoRoom(Conflict):
    code = "base.backup_no_room"
    says = gettext_noop(
        "There is no room left in %(folder)s. The unfinished file was removed; "
        "make room or choose another folder."
    )


class BackupFolderUnusable(Conflict):
    code = "base.backup_folder_unusable"
    says = gettext_noop("%(folder)s cannot be written to: %(fault)s.")


class BackupMissing(Missing):
    code = "base.backup_missing"
    says = gettext_noop("There is no backup %(file)s.")


class BackupUnreadable(Invalid):
    code = "base.backup_unreadable"
    says = gettext_noop("%(file)s is no whole backup: %(fault)s. Nothing was changed.")


class BackupLocked(Invalid):
    code = "base.backup_locked"
    says = gettext_noop(
        "%(file)s is encrypted. Give its key with --key-file, or its passphrase in "
        "BIHUAN_BACKUP_PASSPHRASE."
    )


class BackupKeyWrong(Invalid):
    code = "base.backup_key_wrong"
    says = gettext_noop(
        "This key or passphrase does not open %(file)s, or the file was changed. "
        "Nothing was changed."
    )


class BackupKeyUnusable(Invalid):
    code = "base.backup_key_unusable"
    says = gettext_noop(
        "%(file)s holds no key: it needs at least %(least)s bytes, such as "
        "“openssl rand -hex 32” prints."
    )


class PassphraseShort(Invalid):
    code = "base.passphrase_short"
    says = gettext_noop("A passphrase needs at least %(least)s characters.")


class BackupNewer(Conflict):
    code = "base.backup_newer"
    says = gettext_noop(
        "%(file)s was made by Bihuan %(version)s, which knows tables that this one does not "
        "(%(unknown)s). Install that version or a newer one; nothing was changed."
    )


class BackupDiffers(Conflict):
    code = "base.backup_differs"
    says = gettext_noop(
        "What was brought back is not what the backup says it holds: %(places)s. "
        "Nothing was changed."
    )


class TargetFull(Conflict):
    code = "base.target_full"
    says = gettext_noop(
        "There is a company in this database already. Choose an empty one with --into, or put the "
        "backup in its place with --replace; what is there now is kept apart."
    )


class TargetInUse(Conflict):
    code = "base.target_in_use"
    says = gettext_noop(
        "%(count)s others are connected to this database. Stop Bihuan and its workers first."
    )


class TargetNotOurs(Conflict):
    code = "base.target_not_ours"
    says = gettext_noop(
        "The role %(role)s does not own the database %(name)s. Create it with "
        "“CREATE DATABASE %(name)s OWNER %(role)s”."
    )
