"""Text of a play as people read it: Markdown without any HTML of its own.

What somebody typed is never let through as markup. Pictures are not fetched from
elsewhere, and a link leads to a site over an encrypted connection or nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from bihuan.playbooks.domain.checklist import STEP
from bihuan.playbooks.domain.play import is_web_address

NESTED_MOST = 20
"""Lists in lists in lists: deeper nobody reads, and the reader would take long."""
BOX = "☐"
BELOW_THE_TITLE = 2
"""The title of a play is the heading of its page; those of its text come right below."""


def _link_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    """Write a link so that the site it leads to learns nothing of ours."""
    href = escape(str(tokens[index].attrGet("href") or ""))
    return f'<a href="{href}" rel="noopener noreferrer nofollow" target="_blank">'


def _made() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTED_MOST, "breaks": True})
    made.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])
    setattr(made, "validateLink", is_web_address)  # noqa: B010  # how the library is told
    made.add_render_rule("link_open", _link_open)
    return made


MARKDOWN = _made()


def as_html(text: str) -> SafeString:
    """Return a text as HTML that holds nothing but what Markdown can say."""
    tokens = MARKDOWN.parse("\n".join(_boxed(line) for line in text.split("\n")))
    headings = [each for each in tokens if each.type in {"heading_open", "heading_close"}]
    highest = min((int(each.tag[1:]) for each in headings), default=1)
    for each in headings:
        each.tag = f"h{min(int(each.tag[1:]) - highest + BELOW_THE_TITLE, 6)}"
    # Safe: raw HTML is off, so every sign that somebody typed is escaped by the renderer.
    return SafeString(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


def _boxed(line: str) -> str:
    """Return a step of a checklist with a box to tick on paper."""
    found = STEP.match(line)
    return line if found is None else f"{line[: line.index('[')]}{BOX} {found[1]}"
