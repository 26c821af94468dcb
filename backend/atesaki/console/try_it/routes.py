"""The playground of the console: any rules, any sender, and why each rule fired or did not."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import NamedTuple

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ADMIN
from atesaki.console.shell.numbers import number_of
from atesaki.console.shell.pages import Pages
from atesaki.console.shell.render import page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.console.try_it import words
from atesaki.console.try_it.examples import examples
from atesaki.console.try_it.facts import GathersFacts
from atesaki.console.try_it.form import Form, FormError, form_from, form_of, message_from, message_from_mail
from atesaki.console.try_it.judge import Playground, Result
from atesaki.console.try_it.kept import KeptTrial, KeptTrials
from atesaki.console.try_it.page import Trouble
from atesaki.console.try_it.sentences import Speaker
from atesaki.console.try_it.sets import RuleSets
from atesaki.console.try_it.trial import DRAFT, Choices, Trial, at, choices_from, moment_of
from atesaki.console.try_it.turns import MAX_MAIL_BYTES
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.message import Message
from atesaki.policies.errors import PolicyError, PolicyErrors
from atesaki.policies.in_words.mistakes import mistake_in_words

_KEPT = _("Kept. Send the address of this page to another admin; it works until it expires.")
_DELETED = _("The link was deleted.")
_MAX_POST_BYTES = 64 * 1024 * 1024
"""Beyond it a post is cut off; up to it a mail that is too large is read, so that its sender can be told."""


class View(NamedTuple):
    """What one page of the playground shows beside the lists that it offers."""

    form: Form
    choices: Choices
    shown: Result | None = None
    trouble: Trouble | None = None
    mistakes: tuple[PolicyError, ...] = ()
    kept: KeptTrial | None = None


def add_routes(pages: Pages, sets: RuleSets, facts: GathersFacts, kept: KeptTrials) -> None:
    """Register the playground and the links that reproduce what was tried there."""
    routes = _Routes(Playground(sets, facts), kept)
    pages.get("/try-it", routes.begin, roles=ADMIN)
    pages.post("/try-it", routes.judge, roles=ADMIN, max_bytes=_MAX_POST_BYTES)
    pages.post("/try-it/kept", routes.keep, roles=ADMIN)
    pages.get("/try-it/kept/{trial}", routes.reproduce, roles=ADMIN)
    pages.post("/try-it/kept/{trial}/delete", routes.delete, roles=ADMIN)


class _Routes:
    def __init__(self, playground: Playground, kept: KeptTrials) -> None:
        self._playground = playground
        self._kept = kept

    def begin(self, ask: Ask) -> Response:
        draft = ask.query("draft")
        choices = Choices(rules=f"{DRAFT}{draft}") if number_of(draft) >= 0 else Choices()
        return self._page(ask, View(Form(), choices))

    async def judge(self, ask: Ask) -> Response:
        choices = choices_from(ask)
        form = examples(ask.locale).get(ask.value("example")) or form_from(ask.form)
        try:
            message = await _message(ask, Trial(form, choices))
        except FormError as error:
            trouble = Trouble(error.problem, error.field)
            return await run_in_threadpool(self._page, ask, View(form, choices, trouble=trouble))
        return await self._judged(ask, message, choices)

    def keep(self, ask: Ask) -> Response:
        moment = dt.datetime.now(dt.UTC)
        choices = at(choices_from(ask), moment, ask.zone, self._playground.sets.number)
        found = self._kept.keep(Trial(form_from(ask.form), choices), ask.person.key, ask.person.author)
        return redirect(ask, f"/try-it/kept/{found}", said=ask.text(_KEPT))

    async def reproduce(self, ask: Ask) -> Response:
        kept = await run_in_threadpool(self._kept.open, ask.path("trial"), ask.person.author)
        try:
            message = await run_in_threadpool(message_from, kept.trial.form)
        except FormError as error:
            view = View(kept.trial.form, kept.trial.choices, trouble=Trouble(error.problem, error.field), kept=kept)
            return await run_in_threadpool(self._page, ask, view)
        return await self._judged(ask, message, kept.trial.choices, kept)

    def delete(self, ask: Ask) -> Response:
        self._kept.delete(ask.path("trial"), ask.person.author)
        return redirect(ask, "/try-it", said=ask.text(_DELETED))

    async def _judged(self, ask: Ask, message: Message, choices: Choices, kept: KeptTrial | None = None) -> Response:
        view = View(form_of(message), choices, kept=kept)
        try:
            now = moment_of(choices, ask.zone) or dt.datetime.now(ask.zone)
            view = view._replace(shown=await self._playground.judge(message, choices, now))
        except ValueError:
            view = view._replace(trouble=Trouble("no_time", "now"))
        except PolicyErrors as error:
            view = view._replace(trouble=Trouble("rules_broken", "rules"), mistakes=error.errors)
        except AtesakiError as error:
            view = view._replace(trouble=Trouble("refused", "rules", error.status, ask.sentence(error)))
        return await run_in_threadpool(self._page, ask, view)

    def _page(self, ask: Ask, view: View) -> Response:
        return page(
            ask,
            "try_it/playground.html",
            status=view.trouble.status if view.trouble else HTTPStatus.OK,
            page=view,
            words=words,
            voice=Speaker(ask),
            mistake_in_words=mistake_in_words,
            drafts=self._playground.sets.drafts.alive(),
            number=self._playground.sets.number,
            examples=list(examples(ask.locale)),
            values={**msgspec.structs.asdict(view.form), **msgspec.structs.asdict(view.choices)},
        )


async def _message(ask: Ask, trial: Trial) -> Message:
    mail = ask.upload("mail")
    if mail is None or not mail.size:
        return await run_in_threadpool(message_from, trial.form)
    if mail.size > MAX_MAIL_BYTES:
        raise FormError("mail", "mail_too_large")
    return await run_in_threadpool(message_from_mail, await mail.read(), trial.form)
