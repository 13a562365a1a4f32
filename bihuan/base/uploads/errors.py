"""Why a file is not accepted."""

from __future__ import annotations

from bihuan.kernel.errors import Invalid, gettext_noop


class FileKindRefused(Invalid):
    code = "base.file_kind_refused"
    says = gettext_noop("Files of this kind are not accepted: %(kind)s.")


class FileTooBig(Invalid):
    code = "base.file_too_big"
    says = gettext_noop("The file “%(name)s” is larger than %(most)s MB.")


class FileEmpty(Invalid):
    code = "base.file_empty"
    says = gettext_noop("The file “%(name)s” is empty.")


class FileNotWhatItSays(Invalid):
    code = "base.file_not_what_it_says"
    says = gettext_noop(
        "“%(name)s” does not hold what its name says. Save it again in that format, "
        "or name it as what it is."
    )


class FileRuns(Invalid):
    code = "base.file_runs"
    says = gettext_noop("“%(name)s” carries macros or scripts. Save it without them.")


class FileBroken(Invalid):
    code = "base.file_broken"
    says = gettext_noop("“%(name)s” is damaged. Open it, save it under a new name and bring that.")


class ArchiveTooLarge(Invalid):
    code = "base.archive_too_large"
    says = gettext_noop(
        "“%(name)s” unpacks to more than is accepted: at most %(most)s MB in %(entries)s files."
    )


class ArchiveUnfit(Invalid):
    code = "base.archive_unfit"
    says = gettext_noop(
        "“%(name)s” is locked, or something in it is not accepted: %(entry)s. "
        "Bring the files one by one."
    )


class PictureTooLarge(Invalid):
    code = "base.picture_too_large"
    says = gettext_noop("The picture “%(name)s” has more than %(most)s million points.")
