"""A person at a browser, as far as HTTP goes: cookies, pages, and forms filled in and sent.

Forms are read from the page that was served, hidden fields and CSRF token included, so that a
form that lacks what its view needs fails here as it would for a person.
"""

from __future__ import annotations

import json
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

TIMEOUT = 30

Values = Mapping[str, str | list[str]]


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, values: Values) -> list[tuple[str, str]]:
        """The form's fields with `values` in place of what the page had for these names."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        for name, value in values.items():
            kept += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return kept


@dataclass
class Page:
    status: int
    url: str
    text: str

    @property
    def shown(self) -> str:
        """The page with its character references resolved, to look for what it says."""
        return unescape(self.text)

    @property
    def forms(self) -> list[Form]:
        reader = _FormReader(self.url)
        reader.feed(self.text)
        return reader.forms

    def form(self, action: str) -> Form:
        """The form that is sent to the path `action`; LookupError if the page has none."""
        for found in self.forms:
            if urlsplit(found.action).path == action:
                return found
        offered = ", ".join(urlsplit(found.action).path for found in self.forms) or "none"
        raise LookupError(f"{self.url} has no form for {action}; it has: {offered}.")


class Visitor:
    """One signed-in (or not) visitor with cookies of his own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies, self.token = CookieJar(), ""
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), _QuietErrors()
        )

    def get(self, path: str) -> Page:
        return self._open(urllib.request.Request(urljoin(self.address, path)))  # noqa: S310

    def send(self, form: Form, values: Values, *, to: str = "") -> Page:
        """Submit the form with these values; follows the redirect that answers it.

        `to` is the path of the button pressed, where that is not the form's own.
        """
        filled, action = form.filled(values), urljoin(form.action, to)
        if form.method == "get":
            return self.get(f"{action}?{urlencode(filled)}")
        request = urllib.request.Request(action, data=urlencode(filled).encode())  # noqa: S310
        request.add_header("Origin", self.address)
        request.add_header("Referer", form.action)
        return self._open(request)

    def sign_in(self, username: str, password: str) -> Page:
        form = self.get("/account/login/").form("/account/login/")
        return self.send(form, {"login": username, "password": password})

    def api(self, path: str) -> Page:
        """Ask the API as a program does: by token, without cookies."""
        request = urllib.request.Request(urljoin(self.address, path))  # noqa: S310
        request.add_header("Authorization", f"Bearer {self.token}")
        opener = urllib.request.build_opener(_QuietErrors())
        with opener.open(request, timeout=TIMEOUT) as answer:
            return Page(answer.status, answer.url, answer.read().decode())

    def live_events(self) -> Events:
        """Follow this visitor's live events from now on."""
        return Events(json.loads(self.get("/live/ticket").text)["url"], origin=self.address)

    def _open(self, request: urllib.request.Request) -> Page:
        with self._opener.open(request, timeout=TIMEOUT) as answer:
            return Page(answer.status, answer.url, answer.read().decode(errors="replace"))


class Events:
    """The events of one live stream, gathered in a thread while the walk goes on."""

    def __init__(self, url: str, *, origin: str) -> None:
        request = urllib.request.Request(url, headers={"Origin": origin})  # noqa: S310
        self._stream = urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310
        self._found: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def about(self, thing: str, *, within: float) -> float:
        """The monotonic time at which an event about `thing` came; TimeoutError if none does."""
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            try:
                at, event = self._found.get(timeout=left)
            except queue.Empty:
                break
            if event.get("thing") == thing:
                return at
        raise TimeoutError(f"No live event about {thing} came within {within:.0f} seconds.")

    def close(self) -> None:
        self._stream.close()

    def _read(self) -> None:
        # Closed while it reads, http.client raises whatever its half-closed parts give.
        with suppress(OSError, ValueError, AttributeError):
            for row in self._stream:
                if row.startswith(b"data:"):
                    self._found.put((time.monotonic(), json.loads(row[5:])))


class _QuietErrors(urllib.request.HTTPErrorProcessor):
    """4xx and 5xx are answers like others; redirects are still followed."""

    def http_response(self, request: Any, response: Any) -> Any:
        if response.status >= 400:
            return response
        return super().http_response(request, response)


class _FormReader(HTMLParser):
    """The forms of a page with what a browser would send if nothing were changed."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.forms = url, list[Form]()
        self._open: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._select = self._text_area = ""
        self._written: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            action = urljoin(self.url, given.get("action") or self.url)
            self._open = Form(action, given.get("method", "get").lower())
            self.forms.append(self._open)
            self._by_id[given.get("id", "")] = self._open
            return
        form = self._by_id.get(given["form"]) if "form" in given else self._open
        if form is None or "disabled" in given:
            return
        if tag == "option" and self._select and "selected" in given:
            form.fields.append((self._select, given.get("value", "")))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "textarea":
            self._text_area, self._written = given.get("name", ""), []
        elif tag == "input" and given.get("name"):
            form.fields += _input(given)

    def handle_data(self, data: str) -> None:
        if self._text_area:
            self._written.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text_area and self._open:
            self._open.fields.append((self._text_area, "".join(self._written).lstrip("\n")))
            self._text_area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._open = None


def _input(given: dict[str, str]) -> Iterator[tuple[str, str]]:
    kind = given.get("type", "text").lower()
    if kind in {"submit", "button", "image", "reset", "file"}:
        return
    if kind in {"checkbox", "radio"}:
        if "checked" in given:
            yield given["name"], given.get("value", "on")
        return
    yield given["name"], given.get("value", "")
