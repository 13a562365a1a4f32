"""Looking at a page: whether it has come to rest, and what there is to complain of in it."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, Request

QUIET_MS, STEP_MS, LONGEST_MS = 100, 20, 30_000
STREAM = "eventsource"
"""What stays open for as long as the page does."""
STILL = """() => {
  const ends = (each) => each.effect.getComputedTiming().endTime < 1000;
  const moves = (each) => each.playState === "running" && ends(each);
  const drawn = () => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(done)));
  const still = drawn().then(() => {
    document.getAnimations().filter(moves).forEach((each) => each.finish());
    return drawn();
  });
  return Promise.race([still, new Promise((done) => setTimeout(done, 350))]).then(() => null);
}"""
"""Brings what moves to its end, and resolves when that is drawn."""
AUDITED = """() => axe.run({resultTypes: ["violations"]}).then(
  (found) => ({violations: found.violations}))"""


class Traffic:
    """What a page has asked for and not got yet: the page itself, its files, and its parts."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Request] = set()
        self._begun = 0
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def _begin(self, request: Request) -> None:
        self._begun += 1
        if request.is_navigation_request() and request.frame == self._page.main_frame:
            self._open.clear()  # What the page before had asked for is of no interest any more.
        if request.resource_type != STREAM:
            self._open.add(request)

    def _end(self, request: Request) -> None:
        self._open.discard(request)

    def wait_for_its_end(self) -> None:
        """Wait until everything is there, and nothing more was asked for in a while."""
        self._page.wait_for_load_state()
        quiet = 0
        for _ in range(LONGEST_MS // STEP_MS):
            begun = self._begun
            self._page.wait_for_timeout(STEP_MS)
            quiet = quiet + STEP_MS if not self._open and self._begun == begun else 0
            if quiet >= QUIET_MS:
                return
        raise AssertionError(f"not answered yet: {sorted(each.url for each in self._open)}")


def come_to_rest(page: Page) -> None:
    """Let what moves on a page be where it goes to."""
    page.evaluate(STILL)


def audited(page: Page) -> AxeResults:
    """Return what axe finds on a page; it is brought there once for each page."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate(AUDITED))
