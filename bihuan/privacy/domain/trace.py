"""Trace: where somebody's values occur in what was written, and the text without them.

One pattern finds all values of a person. A phone number is found however it is
spelled, a word of letters only as a whole word, so Anna is not found in Annapolis:

>>> found = pattern_of({"+8613800138000", "li.lei@example.com", "李雷", "Anna"})
>>> without("李雷的手机 138-0013-8000，邮箱 Li.Lei@example.com", found)
('■■■的手机 ■■■，邮箱 ■■■', 3)
>>> without("Annapolis, Anna", found)
('Annapolis, ■■■', 1)

What is too short would be found everywhere, and is left out and told of:

>>> wanted, too_short = looked_for({"李", "Bo", "李雷"})
>>> wanted, sorted(too_short)
({'李雷'}, ['Bo', '李'])

In what a program wrote, every word is looked at, names of entries too:

>>> without_in({"who": "李雷", "n": [1, "李雷"], "李雷": None}, found)
({'who': '■■■', 'n': [1, '■■■'], '■■■': None}, 3)

The same pattern is put to PostgreSQL, which speaks this part of the language too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import TypeAlias

BLANK = "■■■"
LEAST_CHINESE = 2
LEAST_OTHER = 3
APART = r"[ .()-]*"
# A value with any character beyond these is not of letters and digits alone.
PLAIN = re.compile(r"^[\x00-\x7f]+$")
# A number as the vault keeps it: E.164, with an extension or none.
NUMBER = re.compile(r"^\+(\d{6,15})(;ext=\d+)?$")
CHINA = "86"

Said: TypeAlias = "str | int | bool | list[Said] | dict[str, Said] | None"
"""What JSON holds; a number with a point is a text that begins with a zero byte meanwhile."""
POINTED = re.compile(r'"\\u0000([^"]*)"')


def looked_for(values: Collection[str]) -> tuple[set[str], set[str]]:
    """Return the values that can be looked for, and those that are too short."""
    long = {value for value in values if _is_long(value)}
    return long, set(values) - long


def _is_long(value: str) -> bool:
    return len(value) >= (LEAST_OTHER if PLAIN.match(value) else LEAST_CHINESE)


def pattern_of(values: Collection[str]) -> str | None:
    """Return the pattern that finds any of the values; ``None`` where there is none to find."""
    long = sorted(looked_for(values)[0], key=lambda value: (-len(value), value))
    return "|".join(map(_spelled, long)) or None


def _spelled(value: str) -> str:
    if number := NUMBER.match(value):
        return _number(number[1])
    escaped = re.escape(value)
    return rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])" if PLAIN.match(value) else escaped


def _number(digits: str) -> str:
    """Return the pattern of a number: with its country or without, apart or together."""
    if not digits.startswith(CHINA):
        return rf"\+?{APART.join(digits)}(?![0-9])"
    rest = APART.join(digits.removeprefix(CHINA))
    return rf"(?<![0-9])(\+?8{APART}6{APART})?0?{rest}(?![0-9])"


def without(text: str, pattern: str) -> tuple[str, int]:
    """Return a text without the values, and how many there were."""
    return re.subn(pattern, BLANK, text, flags=re.IGNORECASE)


def without_in(said: Said, pattern: str) -> tuple[Said, int]:
    """Return what JSON says without the values, and how many there were."""
    if isinstance(said, str):
        return without(said, pattern)
    if isinstance(said, list):
        parts = [without_in(each, pattern) for each in said]
        return [part for part, _ in parts], sum(count for _, count in parts)
    if isinstance(said, dict):
        made: dict[str, Said] = {}
        total = 0
        for name, value in said.items():
            key, in_name = without(name, pattern)
            made[key], in_value = without_in(value, pattern)
            total += in_name + in_value
        return made, total
    if isinstance(said, int) and not isinstance(said, bool):
        return _number_without(said, pattern)
    return said, 0


def _number_without(said: int, pattern: str) -> tuple[Said, int]:
    """Return nothing for a number that is a value from end to end: a phone in a sheet's cell."""
    return (BLANK, 1) if re.fullmatch(pattern, str(said)) else (said, 0)


def json_without(text: str, pattern: str) -> tuple[str, int]:
    """Return a JSON text without the values, every number in it exactly as it stood.

    >>> json_without('{"a": 0.10, "b": [138001380001234, "李雷"], "c": 1e3}', "李雷")
    ('{"a": 0.10, "b": [138001380001234, "■■■"], "c": 1e3}', 1)
    """
    said, count = without_in(json.loads(text, parse_float=lambda number: f"\0{number}"), pattern)
    return POINTED.sub(r"\1", json.dumps(said, ensure_ascii=False)), count
