"""Every sentence that a person can read exists in Chinese."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext, pgettext

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted(ROOT.glob("bihuan/*/locale/zh_Hans/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)\w|\{\w*\}")

Sentence = tuple[str | None, str]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def forms(text: object) -> tuple[str, ...]:
    """Return the singular and the plural of a message, or the one form it has."""
    return (
        (text,) if isinstance(text, str) else tuple(text) if isinstance(text, tuple | list) else ()
    )


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


@pytest.mark.parametrize("path", CATALOGUES, ids=shown)
def test_every_catalogue_compiles(path: Path) -> None:
    catalogue = read(path)
    write_mo(io.BytesIO(), catalogue)
    assert [message.id for message in messages(catalogue) if message.fuzzy] == []
    assert [message.id for message in messages(catalogue) if not all(forms(message.string))] == []


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed: no msgfmt")
@pytest.mark.parametrize("path", sorted(ROOT.glob("bihuan/**/*.po")), ids=shown)
def test_gettext_itself_finds_no_fault(path: Path) -> None:
    """What reads a catalogue kindly here may be refused by the tool of whoever translates."""
    checked = [*("msgfmt", "--check", "--output-file", os.devnull), str(path)]
    told = subprocess.run(checked, capture_output=True, text=True, check=False)
    faults = [line for line in told.stderr.splitlines() if "header field" not in line]
    assert (told.returncode, faults) == (0, [])


def test_a_sentence_says_the_same_in_every_package() -> None:
    """Catalogues are merged: of two translations of one sentence only one is ever shown."""
    said: dict[tuple[str | None, str], dict[tuple[str, ...], list[str]]] = {}
    for path in CATALOGUES:
        for message in messages(read(path)):
            key = (message.context, forms(message.id)[0])
            said.setdefault(key, {}).setdefault(forms(message.string), []).append(shown(path))
    assert {key: texts for key, texts in said.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("path", CATALOGUES, ids=shown)
def test_a_translation_keeps_the_placeholders(path: Path) -> None:
    """A lost placeholder hides a value, and one too many is an error on the page."""
    for message in messages(read(path)):
        wanted = set(PLACEHOLDER.findall(" ".join(forms(message.id))))
        for text in forms(message.string):
            assert set(PLACEHOLDER.findall(text)) == wanted, message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=shown)
def test_no_library_speaks_in_our_place(path: Path) -> None:
    """A library that has the same English words may mean something else by them."""
    with translation.override("zh-hans"):
        for message in messages(read(path)):
            if isinstance(message.id, str):
                context = message.context
                said = pgettext(context, message.id) if context else gettext(message.id)
                assert said == message.string


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Return every marked sentence of the code and the templates, as Django extracts them."""
    if shutil.which("xgettext") is None:
        pytest.skip("GNU gettext is not on PATH (apt-get install gettext); CI has it")
    folder = tmp_path_factory.mktemp("messages")
    unread = shutil.ignore_patterns("locale", "tests", "migrations", "static", "__pycache__")
    shutil.copytree(ROOT / "bihuan", folder / "bihuan", ignore=unread)
    (folder / "locale").mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-wrap"]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    with (folder / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file)


def test_every_sentence_has_a_chinese_one(extracted: Catalog) -> None:
    translated: set[Sentence] = {
        (message.context, forms(message.id)[0])
        for path in CATALOGUES
        for message in messages(read(path))
    }
    missing = [
        f"{place[0]}:{place[1]}: {forms(message.id)[0]}"
        for message in messages(extracted)
        if (message.context, forms(message.id)[0]) not in translated
        for place in (message.locations or [("?", 0)])[:1]
    ]
    assert not missing, "\n".join(["no Chinese for:", *sorted(missing)])


def test_the_extraction_finds_what_domain_code_marks(extracted: Catalog) -> None:
    assert "%(currency)s is not the code of a currency." in extracted
