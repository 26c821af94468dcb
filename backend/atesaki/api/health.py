"""`/healthz`, `/readyz` and `/metrics`: whether the process lives, whether it can answer, and in figures."""

import re
from collections.abc import Mapping
from typing import Protocol

import msgspec
from fastapi import APIRouter, Depends, Response
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from atesaki.api.access import Access
from atesaki.api.metrics import Metrics
from atesaki.api.schema import problems

_PLACE = re.compile(r"([^:]+:\d+:\d+: ).*", re.DOTALL)


class Check(Struct, frozen=True, omit_defaults=True):
    """One thing that was looked at; `problem` says what is wrong, and only what is `needed` makes us unready.

    `pending` says what is still on its way since the start, which is no fault.
    """

    problem: str | None = None
    pending: str | None = None
    needed: bool = False


class Readiness(Protocol):
    """Looks at what an answer needs."""

    def __call__(self) -> Mapping[str, Check]:
        """Return the checks by name."""


def for_strangers(problem: str | None) -> str | None:
    """Return the place of a mistake in the policies without its sentence, which may quote an address from the file."""
    return None if problem is None else _PLACE.sub(r"\1GET /v1/policies tells an admin what is wrong here.", problem)


def _said(check: Check) -> dict[str, str]:
    said = {"problem": check.problem, "pending": check.pending}
    return {name: sentence for name, sentence in said.items() if sentence}


def health_router(readiness: Readiness, metrics: Metrics, access: Access) -> APIRouter:
    """Return the routes; the first two tell nothing worth a key."""
    router = APIRouter(tags=["operation"])

    # Monitors and balancers ask with HEAD, too; it is in no document, as nothing is to be read from it.
    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Say that the process lives."""
        return {"status": "ok"}

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz", responses={503: {"description": "Nothing can be answered at the moment."}})
    async def readyz() -> Response:
        """Say whether decisions can be recorded and answered; a refused policy set is named and harms nobody."""
        checks = readiness()
        ready = not any(check.problem and check.needed for check in checks.values())
        body = {
            "status": "ready" if ready else "unready",
            **{name: _said(check) for name, check in checks.items()},
        }
        headers = {} if ready else {"Retry-After": "2"}
        return Response(msgspec.json.encode(body), 200 if ready else 503, headers, "application/json")

    @router.get("/metrics", responses=problems(401), dependencies=[Depends(access.metrics)], response_class=Response)
    def figures() -> Response:
        """Return the figures for Prometheus."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router
