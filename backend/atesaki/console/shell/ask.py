"""One request of somebody who uses the console, as its handlers get it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from atesaki.console.shell.sentences import translated
from atesaki.console.shell.text import translations
from atesaki.identity.person import Person
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.explain import Locale

PREFIX = "/console"
SECRETS = frozenset({"password", "again", "code", "old", "confirmation"})
"""The names of fields that hold a secret."""


class Visitor(Protocol):
    """A session: who is signed in, and the token that their forms carry."""

    @property
    def person(self) -> Person:
        """Who is signed in."""

    @property
    def csrf(self) -> str:
        """The token of their forms."""


class Stranger(NamedTuple):
    """Somebody who is not signed in."""

    person: Person = Person("", "", "", frozenset())
    csrf: str = ""


class FindsSessions(Protocol):
    """Knows who is signed in."""

    def of(self, cookie: str | None, /) -> Visitor | None:
        """Return the session of a cookie, `None` where there is none or it has ended; blocks."""


class Desk(NamedTuple):
    """What the shell needs: who is signed in, the language of first resort, and the organization's time zone."""

    sessions: FindsSessions
    default_locale: Locale
    time_zone: Callable[[], dt.tzinfo]


class Ask(NamedTuple):
    """A request with its visitor, its language and its form (empty where nothing was posted)."""

    request: Request
    visitor: Visitor
    locale: Locale
    form: FormData
    zone: dt.tzinfo

    @property
    def person(self) -> Person:
        """Who asks."""
        return self.visitor.person

    def text(self, text: str, **values: object) -> str:
        """Return a text that was marked for the catalogs in the visitor's language, `%(name)s` filled in."""
        translated = translations(self.locale).gettext(text)
        return translated % values if values else translated

    def texts(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the text for one or for many, `%(count)s` and all other names filled in."""
        translated = translations(self.locale).ngettext(one, many, count)
        return translated % {"count": f"{count:,}", **values}

    def sentence(self, error: AtesakiError) -> str:
        """Return what an error says, in the visitor's language."""
        return translated(error.detail, self.locale)

    def value(self, name: str, default: str = "") -> str:
        """Return a text field of the form; whatever is no text counts as not given."""
        value = self.form.get(name, default)
        return value if isinstance(value, str) else default

    def values(self, name: str) -> list[str]:
        """Return all texts of a field that may stand several times."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def upload(self, name: str) -> UploadFile | None:
        """Return a file of the form, `None` where none was chosen."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    @property
    def typed(self) -> list[tuple[str, str]]:
        """All texts of the form, to be sent again; secrets are left out, since no page may hold them."""
        texts = [(name, value) for name, value in self.form.multi_items() if isinstance(value, str)]
        return [(name, value) for name, value in texts if name != "csrf" and name not in SECRETS]

    @property
    def has_secret(self) -> bool:
        """Tell whether the form held a secret; without it, it is another form: sending it again is a wrong guess."""
        return not SECRETS.isdisjoint(self.form)

    def in_language(self, locale: Locale) -> str:
        """Return the link to this very page in a language."""
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        return f"?{urlencode([*kept, ('lang', locale)])}"

    def query(self, name: str, default: str = "") -> str:
        """Return a query parameter."""
        return self.request.query_params.get(name, default)

    def path(self, name: str) -> str:
        """Return a parameter of the path."""
        return str(self.request.path_params[name])

    def to(self, path: str, **query: object) -> str:
        """Return the address of a page of the console, such as `/policies`."""
        given = {name: value for name, value in query.items() if value not in {None, ""}}
        root: str = self.request.scope.get("root_path", "")
        return f"{root}{PREFIX}{path}{'?' if given else ''}{urlencode(given)}"

    def static(self, name: str) -> str:
        """Return the address of a static file."""
        return f"{self.request.scope.get('root_path', '')}/static/{name}"
