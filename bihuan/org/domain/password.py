"""Words of the house: what a password gains nothing by.

Whoever guesses begins with the name of the company, of the product and of the person. Such words
count for nothing in a password: without them it is still as long as any has to be.

>>> words = words_in("闭环科技（上海）", "Acme Ltd.", "lin.xiaohong@acme.example", "林小红")
>>> sorted(words)
['acme', 'example', 'xiaohong', '上海', '林小红', '闭环科技']
>>> rest("Acme-2026-xiaohong", words), rest("seven small boats of acme", words)
('-2026-', 'seven small boats of ')

Words of three letters or fewer occur in too many others to be taken out. A Chinese name has two.

>>> sorted(words_in("Li", "李雷", "abc"))
['李雷']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bihuan.kernel.errors import Invalid, gettext_noop

LEAST_CHARACTERS = 10
"""Of a password as a whole, and of what is left of it without words of the house."""
OF_THE_PRODUCT = ("bihuan", "闭环")
WORDS = re.compile(r"[\u3400-\u9fff]{2,}|[^\W\d_\u3400-\u9fff]{4,}")


class PasswordOfTheHouse(Invalid):
    code = "org.password_of_the_house"
    says = gettext_noop(
        "Without the names of the company, of the product and your own, a password still has "
        "%(least)s characters."
    )


def words_in(*texts: str) -> frozenset[str]:
    """Return the words that names and addresses are made of."""
    return frozenset(each for text in texts for each in WORDS.findall(text.casefold()))


def rest(password: str, words: Iterable[str]) -> str:
    """Return what is left of a password without these words, the longest taken first."""
    left = password.casefold()
    for word in sorted(words, key=lambda each: (-len(each), each)):
        left = left.replace(word, "")
    return left


def check_words(password: str, words: Iterable[str]) -> None:
    """Refuse a password that is little more than words of the house."""
    if len(rest(password, [*words, *OF_THE_PRODUCT])) < LEAST_CHARACTERS:
        raise PasswordOfTheHouse(least=LEAST_CHARACTERS)
