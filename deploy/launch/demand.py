"""What the walk demands of an answer; what is not so is told as a sentence."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from .visitor import Page

#: An event or an arrival that takes longer is a failure; what it took is printed.
PATIENCE = 15.0


class Refuted(Exception):
    """A step did not go as it must; the text says what came and what was wanted."""


def good(page: Page) -> Page:
    if page.status >= 400:
        raise Refuted(f"{page.url} answered {page.status}: {_words(page)}")
    return page


def contains(page: Page, text: str) -> None:
    if page.status != 200 or text not in page.shown:
        raise Refuted(f"{page.url} answered {page.status} and does not show {text!r}.")


def lacks(page: Page, text: str) -> None:
    if page.status != 200 or text in page.shown:
        raise Refuted(f"{page.url} answered {page.status} and must not show {text!r}.")


def found(pattern: str, text: str, what: str) -> str:
    if match := re.search(pattern, text):
        return match[1]
    raise Refuted(f"{what} was not as expected.")


def eventually(holds: Callable[[], bool], what: str, *, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            raise Refuted(f"Waited {patience:.0f} seconds in vain for {what}.")
        time.sleep(0.1)


def _words(page: Page) -> str:
    """What an error page says, without its frame's tags."""
    main = re.sub(r"(?s).*<main[^>]*>|</main>.*", "", page.text)
    return re.sub(r"\s+", " ", re.sub(r"(?s)<[^>]+>", " ", main)).strip()[:400]
