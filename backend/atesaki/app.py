"""The composition root: reads the settings, opens every slice, and puts them together as one application."""

import asyncio
import contextlib
import functools
import gc
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp

import atesaki
from atesaki.api import coding, decisions, headers, problem, schema
from atesaki.api.access import Access
from atesaki.api.feed_metrics import FeedFigures
from atesaki.api.gmail_addon import Addon, gmail_addon_router
from atesaki.api.health import Check as HealthCheck
from atesaki.api.health import for_strangers, health_router
from atesaki.api.heartbeat import heartbeat_router
from atesaki.api.journal import journal_router
from atesaki.api.metrics import Metrics
from atesaki.api.organization import organization_router
from atesaki.api.outlook import outlook_router
from atesaki.api.policies import policies_router
from atesaki.api.profile import profile_router
from atesaki.api.roster_metrics import RosterFigures
from atesaki.api.rosters import rosters_router
from atesaki.api.second_checks import second_checks_router
from atesaki.api.sending import sending_router
from atesaki.clients.extension import EXTENSION_ORIGIN
from atesaki.clients.gmail import audiences
from atesaki.clients.outlook import Place, config_of, entra_of, token_scripts
from atesaki.clients.profile import Profile, profile_of
from atesaki.console import console_router
from atesaki.console_parts import mount_console, open_console
from atesaki.directory.at_send import DirectoryFacts
from atesaki.identity.google_addon import AddonTokens, AddonTrust
from atesaki.identity.google_extension import ExtensionTokens, ExtensionTrust
from atesaki.identity.issuers import IssuersVerifier
from atesaki.identity.jwks import Fetch, fetch_https
from atesaki.identity.keys import KeyRing
from atesaki.parts import Parts, open_parts
from atesaki.people import first_admin_link
from atesaki.sending.client_report import ClientReports
from atesaki.sending.limits import LimitedCheck
from atesaki.sending.request import ClientApp
from atesaki.settings import Settings, read_settings

YOUNG_OBJECTS = 50_000
"""New objects between two garbage collections: a message of 500 people alone makes thousands that soon die."""


def create_app(settings: Settings | None = None, fetch: Fetch = fetch_https) -> FastAPI:
    """Return the application; it opens the store when it is started and closes it when it is stopped.

    `fetch` gets the signing keys of identity providers.
    `app.state` holds `startup_error`, which kept it from starting, `new_key`, the deployment key just created,
    and `first_admin`, the secret of the link that creates the first admin.
    Raises `SettingsError` for settings that can't be used.
    """
    settings = settings or read_settings()
    app = decisions.Application(
        title="Atesaki",
        summary="A send-time guard against mis-sent e-mail.",
        version=atesaki.__version__,
        lifespan=lambda app: _lifespan(app, settings, fetch),
        # The usual pages load their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.startup_error = app.state.new_key = app.state.first_admin = None
    problem.install(app)
    schema.install(app)
    # What is added later stands further out.
    app.add_middleware(problem.TooLargeAsProblem)
    app.add_middleware(coding.PlainBodies)
    app.add_middleware(headers.SecurityHeaders)
    app.add_middleware(_cors(settings))
    return app


def _cors(settings: Settings) -> Callable[[ASGIApp], ASGIApp]:
    """Return what puts an app behind CORS: which pages of other origins may call what."""
    return functools.partial(
        CORSMiddleware,
        allow_origins=[EXTENSION_ORIGIN, *settings.cors_origins],
        allow_methods=["GET", "POST"],
        allow_headers=["Atesaki-Key", "Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"],
        expose_headers=["ETag", "Retry-After"],
    )


@contextlib.asynccontextmanager
async def _lifespan(app: decisions.Application, settings: Settings, fetch: Fetch) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as closing:
        try:
            parts = await open_parts(settings, fetch, closing)
            first_admin = await asyncio.to_thread(first_admin_link, parts.people)
        except Exception as error:
            app.state.startup_error = error
            raise
        _mount(app, parts)
        app.state.new_key = parts.base.new_key
        app.state.first_admin = first_admin
        # What lives for ever needn't be looked at by every garbage collection.
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS)
        yield


def _google(parts: Parts) -> ExtensionTokens:
    settings = parts.base.settings
    trust = ExtensionTrust(settings.google_client_ids, settings.google_hosted_domains)
    return ExtensionTokens(parts.google, trust, parts.nonces)


def _mount(app: decisions.Application, parts: Parts) -> None:
    settings, base, metrics = parts.base.settings, parts.base, Metrics()
    access = _access(parts, metrics)
    hot = decisions.Decisions(parts.check, parts.retries, access, metrics, settings.max_body_bytes)
    app.decisions, app.decisions_of_pages = hot, _cors(settings)(hot)
    app.router.routes.append(Route(decisions.PATH, hot, methods=["POST"]))
    _watch(metrics, parts)
    for router in (
        sending_router(parts.releases, parts.outcomes, access),
        second_checks_router(
            parts.second_checks, access, settings.public_url, told=bool(settings.second_check_mail_to)
        ),
        organization_router(parts.organization, access),
        policies_router(parts.policies, access, four_eyes=settings.four_eyes),
        journal_router(base.store, base.journal, access, parts.feed),
        profile_router(_profiles(parts), access),
        heartbeat_router(ClientReports(base.journal, metrics.client), parts.nonces, access),
        outlook_router(_outlook_configs(parts), access, settings.public_url, token_scripts(settings)),
        health_router(lambda: _readiness(parts), metrics, access),
    ):
        app.include_router(router, max_body_size=settings.max_body_bytes)
    app.include_router(
        rosters_router(
            parts.rosters,
            access.roster_editor,
            access.admin,
            max_import_bytes=settings.max_import_bytes,
            locale=settings.locale,
        )
    )
    check = LimitedCheck(parts.check, parts.limits)
    app.state.pages = open_console(parts)
    mount_console(app, app.state.pages)
    app.include_router(console_router(check, base.deployment, default_locale=settings.locale))
    if (addon := _gmail_addon(parts, check, metrics)) is not None:
        app.include_router(gmail_addon_router(addon), max_body_size=settings.max_body_bytes)


def _watch(metrics: Metrics, parts: Parts) -> None:
    metrics.watch(
        waiting=lambda: parts.base.journal.waiting,
        unwritten=lambda: parts.base.journal.problem is not None,
        problem=lambda: parts.policies.problem is not None,
    )
    metrics.registry.register(FeedFigures(parts.feed))
    metrics.registry.register(RosterFigures(parts.lists.out_of_step, parts.lists.untold))


def _access(parts: Parts, metrics: Metrics) -> Access:
    settings, base = parts.base.settings, parts.base
    tokens = [settings.metrics_token.get_secret_value()] if settings.metrics_token else []
    return Access(
        deployment=base.deployment,
        admin=base.admin,
        metrics=KeyRing.of(tokens),
        verifier=IssuersVerifier({**parts.entra.by_host, **_google(parts).by_host}, metrics.token),
        limits=parts.limits,
        sessions=parts.people.sessions,
    )


def _gmail_addon(parts: Parts, check: LimitedCheck, metrics: Metrics) -> Addon | None:
    settings = parts.base.settings
    account, client, url = settings.gmail_addon_service_account, settings.gmail_addon_client_id, settings.public_url
    if account is None or client is None or url is None:
        return None
    return Addon(
        tokens=AddonTokens(parts.google, AddonTrust(audiences(url), account, client, settings.google_hosted_domains)),
        check=check,
        releases=parts.releases,
        outcomes=parts.outcomes,
        second_checks=parts.second_checks,
        metrics=metrics,
        base_url=url,
        told=bool(settings.second_check_mail_to),
        locale=settings.locale,
        zone=lambda: ZoneInfo(parts.organization.value.time_zone),
    )


def _profiles(parts: Parts) -> Callable[[ClientApp], Profile]:
    settings = parts.base.settings

    def make(app: ClientApp) -> Profile:
        return profile_of(
            app,
            parts.policies.policy_set,
            parts.organization.value,
            people=settings.fallback_people,
            on_risk=settings.fallback_on_risk,
        )

    return make


def _outlook_configs(parts: Parts) -> Callable[[str, str], dict[str, Any]]:
    profiles, settings = _profiles(parts), parts.base.settings

    def make(base_url: str, key: str) -> dict[str, Any]:
        place = Place(base_url, key, entra_of(settings))
        return config_of(profiles("outlook"), place, version=atesaki.__version__, locale=settings.locale)

    return make


def _readiness(parts: Parts) -> Mapping[str, HealthCheck]:
    return {
        "journal": HealthCheck(parts.base.journal.problem, needed=True),
        "policies": HealthCheck(for_strangers(parts.policies.problem)),
        **({"directory": _index(facts)} if (facts := parts.lists.facts) else {}),
    }


def _index(facts: DirectoryFacts) -> HealthCheck:
    told = facts.index()
    return HealthCheck(told.problem, told.pending)
