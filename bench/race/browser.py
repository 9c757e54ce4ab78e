"""A browser without JavaScript: cookies, forms, redirects, and a person who tries again."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

Attributes = dict[str, str]
_TIMEOUT = urllib3.Timeout(connect=3.0, read=60.0)
_MOST_REDIRECTS = 10
_CHOICES = ("radio", "checkbox")
_PASSING = frozenset({409, 429, 500, 502, 503, 504})
"""With these a page may ask to come back; 500 and its like make a person try again in any case."""


class Lost(Exception):
    """No answer, however often it was tried."""


@dataclass(slots=True)
class Form:
    """A form as its page has it: what is sent unless something else is chosen, and its buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[Attributes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer. ``heading`` and ``said`` are its first words; ``wait`` are seconds to come back after."""

    url: str
    status: int
    heading: str
    said: str
    forms: tuple[Form, ...]
    wait: float | None = None

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def form(self, action: str) -> Form | None:
        """The form that leads to this path, by itself or by a button."""
        for form in self.forms:
            if urlsplit(form.action).path == action:
                return form
            for button in form.buttons:
                if urlsplit(button.get("formaction", "")).path == action:
                    own = {button["name"]: button.get("value", "")} if "name" in button else {}
                    return Form(button["formaction"], "post", form.fields | own)
        return None


class Browser:
    """One person's browser. ``servers`` are the shop's origins: each request goes to any of them, as behind
    a balancer, and one that fails is tried again at another.

    ``patience`` are the seconds for which one click is tried again before the person gives up; ``answers``
    counts what came by its status.
    """

    def __init__(
        self,
        pool: urllib3.PoolManager,
        servers: Sequence[str],
        chance: random.Random,
        patience: float,
    ) -> None:
        self.retries = 0
        self.answers: Counter[int] = Counter()
        self._pool, self._servers, self._chance, self._patience = pool, servers, chance, patience
        self._cookies: dict[str, str] = {}

    def get(self, url: str) -> Page:
        """Open an address; one without a host is the shop's. Raises :class:`Lost`."""
        return self._again_and_again("GET", url, None)

    def send(self, form: Form, **chosen: str) -> Page:
        """Press the form's button; the same form, with its key, again where no answer came.

        Raises :class:`Lost`.
        """
        return self._again_and_again("POST", form.action, form.fields | chosen)

    def send_once(self, form: Form) -> Page | None:
        """The same for a form without a key: None where no answer came, so that its person looks first."""
        try:
            page = self._follow("POST", form.action, form.fields)
        except urllib3.exceptions.HTTPError:
            self.retries += 1
            return None
        return None if page.status >= 500 else page

    def _again_and_again(self, method: str, url: str, fields: Attributes | None) -> Page:
        deadline, pause, last = time.monotonic() + self._patience, 0.5, ""
        while time.monotonic() < deadline:
            try:
                page = self._follow(method, url, fields)
                if page.wait is None or page.status not in _PASSING:
                    return page
                last, pause = f"{page.status} {page.heading}", max(pause, page.wait)
            except urllib3.exceptions.HTTPError as error:
                last = type(error).__name__
            self.retries += 1
            time.sleep(self._chance.uniform(pause / 2, pause))  # a crowd that was cut off comes back spread
            pause = min(8.0, pause * 2)
        raise Lost(f"{method} {urlsplit(url).path}: {last}")

    def _follow(self, method: str, url: str, fields: Attributes | None) -> Page:
        for _ in range(_MOST_REDIRECTS):
            origin = self._chance.choice(self._servers)
            url = self._at(origin, url)
            answer = self._request(method, url, fields)
            if answer.status not in (301, 302, 303):
                wait = answer.headers.get("Retry-After") or ("1" if answer.status >= 500 else None)
                return read_page(url, answer.status, answer.data.decode(), float(wait) if wait else None)
            method, fields, url = "GET", None, urljoin(url, answer.headers["Location"])
        raise Lost(f"{url} leads in circles")

    def _at(self, origin: str, url: str) -> str:
        """The shop's addresses at one of its servers, others as they are."""
        parts = urlsplit(url)
        if parts.netloc and f"{parts.scheme}://{parts.netloc}" not in self._servers:
            return url
        return urljoin(origin, parts._replace(scheme="", netloc="").geturl())

    def _request(self, method: str, url: str, fields: Attributes | None) -> urllib3.BaseHTTPResponse:
        # What a browser says of a form that was pressed on a page of the same site.
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if fields is None else urlencode(fields)
        answer = self._pool.request(
            method, url, body=body, headers=headers, redirect=False, retries=False, timeout=_TIMEOUT
        )
        self.answers[answer.status] += 1
        for line in answer.headers.getlist("Set-Cookie"):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer


def read_page(url: str, status: int, html: str, wait: float | None = None) -> Page:
    """The page of an answer."""
    reader = _Reader(url)
    reader.feed(html)
    heading, said = (" ".join(text.split()) for text in (reader.headings, reader.texts))
    return Page(url, status, heading, said, tuple(reader.forms), wait)


class _Reader(HTMLParser):
    """Reads the heading, the paragraphs below it, and the forms, of all but the page's head and foot."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.headings = self.texts = ""
        self.forms: list[Form] = []
        self._url, self._select, self._open, self._main = url, "", "", False
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._main = True
        elif not self._main:
            return
        elif tag in ("h1", "p"):
            self._open = tag
        elif tag == "form":
            action = urljoin(self._url, given.get("action", ""))
            self._form = Form(action, given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, given, self._form)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "main":
            self._main = False
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "h1":
            self.headings += data
        elif self._open == "p" and self.headings:
            self.texts += data + " "

    def _control(self, tag: str, given: Attributes, form: Form) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in form.fields or "selected" in given):
            form.fields[self._select] = value
        elif tag == "button":
            if "formaction" in given:
                given["formaction"] = urljoin(self._url, given["formaction"])
            form.buttons.append(given)
        elif tag == "input" and name and (given.get("type") not in _CHOICES or "checked" in given):
            form.fields[name] = value
