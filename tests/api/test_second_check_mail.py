"""A running server tells its checkers by mail that a check waits; whoever can't be told is seen."""

import re
from pathlib import Path
from typing import Any

from tests.api.mails import SECOND_CHECK_OUTSIDE
from tests.api.test_second_check import held
from tests.fakes.mail_server import mail_server
from tests.fakes.receivers import certificate
from tests.server import running_server
from tests.waiting import wait_until


def test_a_checker_follows_the_link_of_the_mail(tmp_path: Path) -> None:
    """From a held mail to the page where it is answered, and what is seen while the mail server refuses."""
    tls = certificate(tmp_path)
    with mail_server(tls) as post:
        post.refusing = True
        settings: dict[str, Any] = {
            "internal_domains": ("hall.example",),
            "public_url": "https://guard.hall.example",
            "second_check_mail_to": ("checkers@hall.example",),
            "smtp_url": f"smtps://127.0.0.1:{post.port}",
            "smtp_from": "atesaki@hall.example",
            "feed_ca_file": tls.file,
        }
        with running_server(tmp_path / "store", **settings) as server:
            server.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
            decision_id = held(server, "Minutes")["decision_id"]
            asked = server.client.post(f"/v1/decisions/{decision_id}/second_check", json={}).raise_for_status()
            assert asked.json()["told"] is True
            lag = wait_until(lambda: _notices(server.admin.get("/v1/journal/feed").json(), problem=True))
            assert (lag["target"], lag["records"]) == ("second check mail", 1)
            figures = server.admin.get("/metrics").text
            assert 'atesaki_notice_lag_records{target="second check mail"} 1.0' in figures
            assert 'atesaki_notice_failing{target="second check mail"} 1.0' in figures
            with server.visitor("auditor", language="ja") as auditor:
                page = auditor.get("/journal/overview").text
            assert "二人目の確認を知らせるメールアドレス" in page
            assert "メールを送れません" in page
            post.refusing = False
            [mail] = wait_until(lambda: post.mails)
            # The trouble is over a moment before the notice counts as delivered.
            wait_until(lambda: _delivered(server.admin.get("/v1/journal/feed").json()))
            [link] = re.findall(
                r"^https://guard\.hall\.example/console(/checks/\S+)$", mail.get_content(), re.MULTILINE
            )
            with server.visitor("checker", email="mori@hall.example") as checker:
                assert "one@first.example" in checker.get(link).raise_for_status().text


def _notices(state: Any, *, problem: bool) -> Any:  # noqa: ANN401  # JSON.
    [lag] = state["notices"]
    return lag if (lag["problem"] is not None) is problem else None


def _delivered(state: Any) -> bool:  # noqa: ANN401  # JSON.
    lag = _notices(state, problem=False)
    return lag is not None and lag["records"] == 0
