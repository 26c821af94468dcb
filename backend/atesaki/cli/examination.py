"""What `atesaki doctor` looks at; each examination says in a sentence what is wrong and how to mend it."""

import contextlib
import datetime as dt
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from urllib.parse import urlsplit

from sqlalchemy import func, select

from atesaki import __version__
from atesaki.cli.diagnosis import Diagnosis, advice, ok, problem
from atesaki.cli.examined_checkers import checkers
from atesaki.cli.examined_directories import directories, in_step
from atesaki.cli.examined_folder import CREATED, folder
from atesaki.cli.examined_mail import mail
from atesaki.cli.examined_organization import organization
from atesaki.cli.examined_policies import ending, newly_shipped, published
from atesaki.cli.examined_provider import provider
from atesaki.cli.stored import lacks_store
from atesaki.identity.entra import Registration
from atesaki.identity.google import KEYS_URL
from atesaki.identity.jwks import fetch_https, read_keys
from atesaki.journal.audit import Broken
from atesaki.journal.feed.lag import Lag, lag_of, notice_lag_of
from atesaki.journal.feed.receivers import receivers_of
from atesaki.journal.key import key_file
from atesaki.journal.key_doubt import key_doubt
from atesaki.journal.verify import verify_store
from atesaki.judgement.errors import AtesakiError
from atesaki.policies.load import load_set, passed_over, read_folder
from atesaki.policies.test import require_passed
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.sending.second_check_mail import second_check_mails
from atesaki.setting_kinds import LOOPBACK
from atesaki.settings import Settings
from atesaki.storage.engine import Store, moment, open_store
from atesaki.storage.errors import StoreOfNewerVersion
from atesaki.storage.tables import credentials, records

CLOCK_TOLERANCE = dt.timedelta(minutes=5)
ANSWER_SECONDS = 5.0
FEED_LAG_SECONDS = 300


def examine(settings: Settings) -> Iterator[Diagnosis]:
    """Look at settings, machine, store and a running server; one broken thing hides no other."""
    yield from address(settings)
    if settings.on_sqlite:
        yield from folder(settings.data_dir)
    yield from policies(settings)
    yield from entra(settings)
    yield from google(settings)
    yield from provider(settings)
    yield from directories(settings)
    yield from mail(settings)
    yield from _in_store(settings)
    yield running(settings)


def address(settings: Settings) -> Iterator[Diagnosis]:
    """Look at the address that clients use."""
    if settings.public_url is None:
        if settings.host not in LOOPBACK:
            sentence = "Other machines can reach the server, but its public address is not set."
            yield advice("address", sentence, "Set ATESAKI_PUBLIC_URL=https://…")
        return
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        sentence = "The public address is not https, so keys and addresses travel in the open; Outlook refuses it."
        yield problem("address", sentence, "Put a TLS proxy in front and set ATESAKI_PUBLIC_URL=https://…")
    elif parts.path:
        sentence = f"The public address has the path {parts.path}; the console needs the whole host."
        yield problem("address", sentence, "Give Atesaki a host name of its own in ATESAKI_PUBLIC_URL and the proxy.")
    else:
        yield ok("address", f"Clients use {settings.public_url}.")


def policies(settings: Settings) -> Iterator[Diagnosis]:
    """Look at the policy folder, where there is one: its first mistake stands as file:line:column."""
    if settings.policy_dir is None:
        return
    try:
        tests = require_passed(load_set(read_folder(settings.policy_dir)))
    except AtesakiError as error:
        mend = "Mend it; the last good set stays in force until then."
        yield problem("policies", error.detail, mend)
    else:
        yield ok("policies", f"The folder loads and passes its {tests} tests.")
        if below := passed_over(settings.policy_dir):
            sentence = f"Policies stand directly in their folder, so what is in {', '.join(below)} is not in force."
            yield advice("policies", sentence, "Move the files up.")


def entra(settings: Settings) -> Iterator[Diagnosis]:
    """Look whether senders can be verified by Microsoft Entra, where that is set up."""
    for tenant in settings.entra_tenants:
        keys_url = Registration(settings.entra_authority, (), ()).keys_url(tenant)
        yield signing_keys("entra", keys_url, "Check the tenant id, the firewall and HTTPS_PROXY.")
    if settings.entra_tenants and not (settings.public_url and settings.deployment_keys):
        sentence = "Classic Outlook gets no tokens, since the address of its script isn't known."
        yield advice("entra", sentence, "Set ATESAKI_PUBLIC_URL and ATESAKI_DEPLOYMENT_KEYS.")


def google(settings: Settings) -> Iterator[Diagnosis]:
    """Look whether people and add-on calls can be verified by Google, where that is set up."""
    if settings.uses_google:
        yield signing_keys("google", KEYS_URL, "Check the firewall and HTTPS_PROXY.")
    if settings.gmail_addon_client_id and not settings.google_hosted_domains:
        sentence = "Every Google account that has the Gmail add-on may check messages, and so learn who is on a roster."
        yield advice("google", sentence, "Set ATESAKI_GOOGLE_HOSTED_DOMAINS to your Workspace domains.")


def signing_keys(provider: str, url: str, mend: str) -> Diagnosis:
    """Fetch the signing keys of an identity provider."""
    try:
        read_keys(fetch_https(url).body)
    except (OSError, HTTPException, ValueError) as error:
        sentence = f"The signing keys can't be had ({type(error).__name__}), so no sender is verified."
        return problem(provider, sentence, mend)
    return ok(provider, "The signing keys can be had.")


def _in_store(settings: Settings) -> Iterator[Diagnosis]:
    if lacks_store(settings):
        yield advice("store", "There is no store yet.", CREATED)
        return
    try:
        store = open_store(settings.store_address)
    except AtesakiError as error:
        yield problem("store", error.detail, _unopened(error, settings))
        return
    with contextlib.closing(store):
        yield ok("store", f"The store opens ({store.dialect}).")
        yield keys(settings, store)
        yield published(store)
        yield from newly_shipped(settings, store)
        yield from ending(store, dt.datetime.now(dt.UTC))
        yield from checkers(settings, store)
        yield from organization(settings, store)
        if doubt := key_doubt(store, key_file(settings)):
            yield problem("key", *doubt)
        yield journal(store)
        yield clock(store, dt.datetime.now(dt.UTC))
        yield from receivers(settings, store, dt.datetime.now(dt.UTC))
        yield from in_step(settings, store, dt.datetime.now(dt.UTC))


def _unopened(error: AtesakiError, settings: Settings) -> str:
    if isinstance(error, StoreOfNewerVersion):
        return f"This is version {__version__}: look which program, or image, the server ran with, and use that one."
    if not settings.on_sqlite or error.field:
        return "Check ATESAKI_DATABASE_URL, and whether the database runs."
    return "Mend what is said of “data”, and check ATESAKI_DATA_DIR; a file that is damaged comes from a backup."


def keys(settings: Settings, store: Store) -> Diagnosis:
    """Look whether clients and admins have a way in."""
    configured = {"deployment_key": settings.deployment_keys, "admin_token": settings.admin_token}
    with store.read() as connection:
        stored = set(connection.scalars(select(credentials.c.name).distinct()))
    missing = [name.replace("_", " ") for name, value in configured.items() if not value and name not in stored]
    if missing:
        return advice("keys", f"No {' and no '.join(missing)} yet.", "`atesaki serve` creates and shows it.")
    if len(settings.deployment_keys) > 1:
        return advice("keys", "Two deployment keys are valid.", "Remove the old one once all clients have the new.")
    return ok("keys", "A deployment key and an admin token are set.")


def journal(store: Store) -> Diagnosis:
    """Verify every record against the signed checkpoints."""
    try:
        tally = verify_store(store)
    except Broken as error:
        return problem(
            "journal", f"{error}.", "Keep a copy of the store and find out who changed it; restore a backup."
        )
    return ok("journal", f"{tally.records:,} records are as they were written; {tally.newer:,} wait for a checkpoint.")


def clock(store: Store, now: dt.datetime) -> Diagnosis:
    """Look whether the clock ran backwards since the newest record."""
    with store.read() as connection:
        newest = connection.scalar(select(func.max(records.c.recorded_at)))
    if newest is not None and moment(newest) > now + CLOCK_TOLERANCE:
        return problem("clock", "The clock is behind the newest record.", "Set the clock, by NTP.")
    return ok("clock", f"It is {now:%Y-%m-%d %H:%M} UTC.")


def receivers(settings: Settings, store: Store, now: dt.datetime) -> Iterator[Diagnosis]:
    """Look how far the receivers of the journal and the places of its checkpoints are behind."""
    try:
        found = receivers_of(settings, open_pseudonyms(store).of)
    except AtesakiError as error:
        yield problem("feed", error.detail, "Name a PEM file that this account can read; the server doesn't start.")
        return
    for target in found.records:
        yield _behind("feed", "is {} records behind", lag_of(store, target, now), FEED_LAG_SECONDS)
    for place in found.checkpoints:
        usual = found.every.total_seconds() + FEED_LAG_SECONDS
        yield _behind("checkpoints", "covers all but {} records", lag_of(store, place, now), usual)
    for mailbox in second_check_mails(settings, store, open_pseudonyms(store).of, str):
        yield _behind(
            "notices", "has not told of {} second checks", notice_lag_of(store, mailbox, now), FEED_LAG_SECONDS
        )


def _behind(subject: str, what: str, lag: Lag, usual: float) -> Diagnosis:
    sentence = f"The {lag.target} {what.format(f'{lag.records:,}')}, the oldest {lag.seconds:,.0f} seconds old."
    if lag.problem is not None:
        return problem(subject, f"{sentence} {lag.problem}", "Mend the receiver; it gets all of them then.")
    return (advice if lag.seconds > usual else ok)(subject, sentence)


def running(settings: Settings) -> Diagnosis:
    """Ask a running server whether it is ready."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104  # Compared, not bound.
    url = f"http://{host}:{settings.port}/readyz"
    try:
        # A proxy of the environment is for the way out; this is the machine itself.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=ANSWER_SECONDS) as answer:
            found = json.load(answer)
    except urllib.error.HTTPError as error:
        found = _problems_in(error)
    except (OSError, ValueError):
        return advice("server", f"No server answers at {url}.", "Start it: atesaki serve")
    problems = [
        f"{name}: {each['problem']}" for name, each in found.items() if isinstance(each, dict) and "problem" in each
    ]
    if problems:
        return problem(
            "server",
            " ".join(problems),
            "Mend what it names; unless it asks for a restart, the server goes on by itself.",
        )
    return ok("server", f"The server at {url} is ready.")


def _problems_in(error: urllib.error.HTTPError) -> dict[str, object]:
    try:
        found: dict[str, object] = json.load(error)
    except ValueError:
        return {"server": {"problem": f"It answers {error.code}, so it is not Atesaki or something stands before it."}}
    return found
