"""`atesaki check`: judge a stored mail on this machine, without recording anything.

Exit codes: 0 allow, 1 the mail or the store can't be read, 2 warn, 3 block.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer
from msgspec import Struct

from atesaki.cli.checked_facts import checked_facts
from atesaki.cli.flags import STORE, settings_flags
from atesaki.cli.stored import lacks_store
from atesaki.clients.eml import message_from_eml
from atesaki.judgement import explain
from atesaki.judgement.decide import decide
from atesaki.judgement.decision import Action, Decision, Exposure, Release, Remedy
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.explain import Dialog, Locale
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.load import load_published, load_set, read_folder
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.sending.answer import AnsweredFinding, dialog_of, findings_in_words
from atesaki.sending.check import refuse_unusable
from atesaki.sending.record import write_recipients
from atesaki.settings import Settings
from atesaki.storage.engine import Store, open_store

EXIT_CODES = {Action.ALLOW: 0, Action.WARN: 2, Action.BLOCK: 3}

Mail = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A stored mail (.eml).")]
Language = Annotated[Literal["ja", "en"] | None, typer.Option("--locale", help="Language of the reasons.")]
Sender = Annotated[str | None, typer.Option("--sender", help="Who sends, where the mail has no From.")]


class Checked(Struct, frozen=True):
    """What `--json` prints: the answer of the policy API without the parts that belong to a recorded decision."""

    action: Action
    release: Release | None
    findings: tuple[AnsweredFinding, ...]
    exposure: Exposure
    remedies: tuple[Remedy, ...]
    headline: str
    dialog: Dialog
    policy_revision: str


@settings_flags((*STORE, "internal_domains", "policy_dir"))
def check(
    settings: Settings,
    mail: Mail,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    locale: Language = None,
    sender: Sender = None,
) -> None:
    """Judge a stored mail; exit code 0 allow, 2 warn, 3 block, 1 error."""
    language = locale or settings.locale
    try:
        message = message_from_eml(mail.read_bytes(), default_sender=sender)
        refuse_unusable(message, write_recipients(message))
        with _opened(settings) as store:
            policy_set = _policies(settings, store)
            decision = decide(message, policy_set, asyncio.run(checked_facts(settings, store, message, policy_set)))
    except (AtesakiError, OSError) as error:
        typer.echo(error.detail if isinstance(error, AtesakiError) else f"{mail}: {error.strerror}.", err=True)
        raise typer.Exit(1) from None
    checked = _checked(decision, policy_set, language)
    typer.echo(msgspec.json.encode(checked) if as_json else _text(checked, decision, language))
    raise typer.Exit(EXIT_CODES[decision.action])


@contextlib.contextmanager
def _opened(settings: Settings) -> Iterator[Store | None]:
    """Open the store, where there is one; none is created, and a mistyped folder is no silent “allow”."""
    if lacks_store(settings):
        folder = settings.data_dir.absolute()
        typer.echo(f"There is no store in {folder}, so no roster, published policy or former mail is known.", err=True)
        yield None
        return
    with contextlib.closing(open_store(settings.store_address)) as store:
        yield store


def _policies(settings: Settings, store: Store | None) -> PolicySet:
    if settings.policy_dir is not None:
        return load_set(read_folder(settings.policy_dir)).policy_set
    published = next(RevisionStore(store).newest_first(), None) if store else None
    return load_published(published.files if published else read_folder(shipped_folder())).policy_set


def _checked(decision: Decision, policy_set: PolicySet, locale: Locale) -> Checked:
    return Checked(
        action=decision.action,
        release=decision.release,
        findings=findings_in_words(decision, policy_set, locale),
        exposure=decision.exposure,
        remedies=decision.remedies,
        headline=explain.headline(decision, policy_set, locale),
        dialog=dialog_of(decision, policy_set, locale),
        policy_revision=decision.policy_revision,
    )


def _text(checked: Checked, decision: Decision, locale: Locale) -> str:
    fix = explain.fix(decision, locale)
    reasons = dict.fromkeys(finding.reason for finding in checked.findings if finding.reason != checked.headline)
    lines = [f"{checked.action.value}: {checked.headline}", *(f"- {reason}" for reason in reasons)]
    return "\n".join([*lines, *([f"→ {fix}"] if fix else [])])
