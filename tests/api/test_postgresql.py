"""The decision path on PostgreSQL, with two servers on one store."""

import uuid
from pathlib import Path
from typing import Any

from tests.api.mails import VOLUNTEERS, decide, mail, records
from tests.postgres import Cluster
from tests.server import running_server

STRANGERS = ["one@first.example", "two@second.example", "three@third.example"]


def test_two_servers_share_decisions_releases_retries_and_the_organization(postgres: Cluster, tmp_path: Path) -> None:
    """A client may reach another replica with each request and notices nothing."""
    shared: dict[str, Any] = {"database_url": postgres.database(), "internal_domains": ("hall.example",)}
    with running_server(tmp_path / "a", **shared) as first, running_server(tmp_path / "b", **shared) as second:
        blocked = decide(first, mail(to=VOLUNTEERS))
        assert blocked["action"] == "block"
        assert [record["kind"] for record in records(second, blocked["decision_id"])] == ["decision.recorded"]

        held = decide(first, mail(to=STRANGERS))
        released = second.client.post(f"/v1/decisions/{held['decision_id']}/release", json={"kind": "acknowledge"})
        assert released.status_code == 200
        key = {"Idempotency-Key": str(uuid.uuid4())}
        allowed = decide(second, mail(to=STRANGERS), headers=key)
        assert allowed["released_by"]["decision_id"] == held["decision_id"]
        assert decide(first, mail(to=STRANGERS), headers=key) == allowed
        assert decide(first, mail(to=STRANGERS))["action"] == "warn"
