"""Sheet: a play as a file, that people can write with any editor and exchange.

It is Markdown under a head of names and values (YAML between two lines of dashes).
The file is called after the play's code. What is written is read as it was:

>>> play = Sheet(code="call-back", kind=Kind.SCRIPT, text=PlayText(title_zh="回访三问"))
>>> print(written(play), end="")
---
kind: script
title_zh: 回访三问
---
>>> read_sheet(written(play), file="call-back.md")[0] == play
True

Everything wrong in it is told at once, each at its field:

>>> read_sheet("---\\nkind: song\\nvalid_until: soon\\n---\\n", file="a.md")[1][0].column
'kind'
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date

import yaml

from bihuan.kernel.errors import Problem, gettext_noop
from bihuan.playbooks.domain.play import (
    CODE_LENGTH,
    TAG_NAMES,
    Kind,
    PlayText,
    Tags,
    check,
    tidied,
)

HEAD = re.compile(r"\A---\n(.*?)(?:^)---(?:\n|\Z)", re.DOTALL | re.MULTILINE)
HEAD_LENGTH = 60_000
SUFFIX = ".md"
WORDS = ("title_zh", "title_en", "summary_zh", "summary_en", "body_en", "link")
NAMES = frozenset({"kind", "valid_until", "files", *WORDS, *TAG_NAMES})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNamed:
    """A file that belongs to a play: its name, and the digest by which its content is found."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A play as it is exchanged."""

    code: str
    kind: Kind
    text: PlayText
    files: tuple[FileNamed, ...] = ()


class _Reader(yaml.BaseLoader):
    """YAML in which every value is a text, and nothing refers to something elsewhere."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # as typeshed has it
            raise yaml.constructor.ConstructorError(None, None, "aliases are not read", mark)
        return super().compose_node(parent, index)

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 (the signature is the loader's own)
    ) -> dict[Hashable, object]:
        made = super().construct_mapping(node, deep=deep)
        if len(made) != len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "the same name stands twice", node.start_mark
            )
        return made


class _Writer(yaml.SafeDumper):
    """YAML without references, with lists in one line."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def is_code(text: str) -> bool:
    """Return whether a text can be the code of a play."""
    return len(text) <= CODE_LENGTH and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) is not None


def written(sheet: Sheet) -> str:
    """Return a play as a file."""
    text = sheet.text
    head: dict[str, object] = {"kind": sheet.kind.value}
    head |= {name: getattr(text, name) for name in WORDS if getattr(text, name)}
    if text.valid_until is not None:
        head["valid_until"] = text.valid_until.isoformat()
    head |= {name: list(own) for name in TAG_NAMES if (own := getattr(text.tags, name))}
    if sheet.files:
        head["files"] = [{"name": each.name, "digest": each.digest} for each in sheet.files]
    shown = yaml.dump(head, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=10_000)
    body = f"\n{text.body_zh}\n" if text.body_zh else ""
    return f"---\n{shown}---\n{body}"


def read_sheet(content: str, *, file: str) -> tuple[Sheet | None, list[Problem]]:
    """Return the play that a file spells, or everything that is wrong with it."""
    code = file.rpartition("/")[2].removesuffix(SUFFIX)
    head, body, problems = _parts(content.replace("\r\n", "\n"), file)
    if not is_code(code):
        problems.append(CODE_UNFIT.at(file, column="code", value=code[:CODE_LENGTH]))
    if head is None:
        return None, problems
    kind, found = _kind(head, file)
    text, wrong = _text(head, body, file)
    files, unread = _files(head, file)
    problems += [*_unknown(head, file), *found, *wrong, *unread]
    if kind is not None and text is not None:
        faults = check(text, kind=kind, has_file=bool(files))
        problems += [_in_file(each, file) for each in faults]
        if not problems:
            return Sheet(code=code, kind=kind, text=text, files=files), []
    return None, problems


def _parts(content: str, file: str) -> tuple[Mapping[str, object] | None, str, list[Problem]]:
    found = HEAD.match(content.removeprefix("\ufeff"))
    if found is None or len(found[1]) > HEAD_LENGTH:
        return None, "", [HEAD_MISSING.at(file)]
    try:
        head = yaml.load(found[1], Loader=_Reader)
    except (yaml.YAMLError, RecursionError) as error:
        return None, "", [HEAD_UNREADABLE.at(file, reason=str(error).split("\n")[0])]
    if not isinstance(head, dict):
        return None, "", [HEAD_MISSING.at(file)]
    return head, content.removeprefix("\ufeff")[found.end() :], []


def _kind(head: Mapping[str, object], file: str) -> tuple[Kind | None, list[Problem]]:
    given = head.get("kind")
    if given in set(Kind):
        return Kind(str(given)), []
    known = ", ".join(Kind)
    return None, [KIND_UNKNOWN.at(file, column="kind", value=str(given or "")[:80], known=known)]


def _text(
    head: Mapping[str, object], body: str, file: str
) -> tuple[PlayText | None, list[Problem]]:
    problems = [
        NOT_TEXT.at(file, column=name)
        for name in WORDS
        if name in head and not isinstance(head[name], str)
    ]
    tags = {}
    for name in TAG_NAMES:
        given = head.get(name, [])
        if isinstance(given, list) and all(isinstance(each, str) for each in given):
            tags[name] = tuple(given)
        else:
            problems.append(NOT_LIST.at(file, column=name))
    until, wrong = _until(head.get("valid_until"), file)
    problems += wrong
    if problems:
        return None, problems
    words = {name: str(head.get(name, "")) for name in WORDS}
    text = PlayText(**words, body_zh=body, valid_until=until, tags=Tags(**tags))
    return tidied(text), []


def _until(given: object, file: str) -> tuple[date | None, list[Problem]]:
    if given in (None, ""):
        return None, []
    try:
        return date.fromisoformat(str(given)), []
    except ValueError:
        return None, [NOT_DAY.at(file, column="valid_until", value=str(given)[:80])]


def _files(head: Mapping[str, object], file: str) -> tuple[tuple[FileNamed, ...], list[Problem]]:
    given = head.get("files", [])
    if not isinstance(given, list):
        return (), [NOT_LIST.at(file, column="files")]
    named = []
    for each in given:
        name, digest = (
            (each.get("name"), each.get("digest")) if isinstance(each, dict) else (None, None)
        )
        if not isinstance(name, str) or not isinstance(digest, str):
            return (), [FILE_UNNAMED.at(file, column="files")]
        named.append(FileNamed(name=name, digest=digest))
    return tuple(named), []


def _unknown(head: Mapping[str, object], file: str) -> list[Problem]:
    return [
        NAME_UNKNOWN.at(file, column=str(name)[:80], known=", ".join(sorted(NAMES)))
        for name in head
        if name not in NAMES
    ]


def _in_file(problem: Problem, file: str) -> Problem:
    return Problem(
        code=problem.code,
        says=problem.says,
        params=problem.params,
        file=file,
        column=problem.column,
        value=problem.value,
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    """A way in which a file can be wrong."""

    code: str
    says: str

    def at(self, file: str, *, column: str = "", value: str = "", **params: str) -> Problem:
        return Problem(
            code=self.code, says=self.says, params=params, file=file, column=column, value=value
        )


HEAD_MISSING = _Fault(
    "playbooks.head_missing",
    gettext_noop("The file does not begin with a head between two lines of three dashes."),
)
HEAD_UNREADABLE = _Fault(
    "playbooks.head_unreadable", gettext_noop("The head of the file is not valid YAML: %(reason)s.")
)
KIND_UNKNOWN = _Fault("playbooks.kind_unknown", gettext_noop("The kind is one of: %(known)s."))
CODE_UNFIT = _Fault(
    "playbooks.code_unfit",
    gettext_noop("A file is called after its code: small letters and digits, with dashes between."),
)
NAME_UNKNOWN = _Fault(
    "playbooks.name_unknown", gettext_noop("The head has no such name; there are: %(known)s.")
)
NOT_TEXT = _Fault("playbooks.not_text", gettext_noop("This must be a text."))
NOT_LIST = _Fault("playbooks.not_list", gettext_noop("This must be a list of texts."))
NOT_DAY = _Fault("playbooks.not_day", gettext_noop("This must be a day, such as 2026-12-31."))
FILE_UNNAMED = _Fault("playbooks.file_unnamed", gettext_noop("Each file has a name and a digest."))
