"""The feed of a running server: it never slows a Send, it shows its lag, and it survives the death of the server."""

import time
from pathlib import Path
from typing import Any

import pytest
from tests.api.mails import VOLUNTEERS, decide, mail
from tests.fakes.receivers import SECRET, answer, stall, webhook
from tests.process import served
from tests.server import Server, running_server
from tests.waiting import wait_until


def _lag(server: Server) -> int:
    return int(server.admin.get("/v1/journal/feed").json()["receivers"][0]["records"])


def _total(server: Server) -> int:
    return int(server.admin.get("/v1/journal/export").headers["atesaki-records"])


def test_a_stalled_receiver_slows_no_decision_and_its_lag_is_visible(tmp_path: Path) -> None:
    """Whoever presses Send never waits for a SIEM; whoever watches sees that it is behind."""
    with webhook() as receiver:
        receiver.behaviours += [stall(4.0)] * 3
        url = f"http://127.0.0.1:{receiver.port}/in"
        with running_server(tmp_path, feed_webhook_url=url, feed_webhook_secret=SECRET) as server:
            wait_until(lambda: receiver.kept.tries > 0)
            began = time.monotonic()
            for _ in range(20):
                decide(server, mail(to=VOLUNTEERS))
            assert time.monotonic() - began < 3.0
            assert _lag(server) >= 20
            figures = server.admin.get("/metrics").text
            assert 'atesaki_feed_lag_records{target="webhook"} 0.0' not in figures
            assert 'atesaki_feed_lag_seconds{target="webhook"}' in figures
            receiver.behaviours.clear()
            wait_until(lambda: _lag(server) == 0)
        assert "@gmail.com" not in str(receiver.kept.bodies)


def test_people_are_sent_only_for_a_purpose_and_that_is_recorded(tmp_path: Path) -> None:
    """The setting says what for, and the journal remembers that it leaves."""
    with webhook() as receiver:
        url = f"http://127.0.0.1:{receiver.port}/in"
        settings: dict[str, Any] = {"feed_webhook_url": url, "feed_webhook_secret": SECRET, "feed_purpose": "SOC"}
        with running_server(tmp_path, **settings) as server:
            decide(server, mail(to=VOLUNTEERS))
            viewed = server.admin.get("/v1/journal", params={"kind": "personal_data.viewed"}).json()["records"]
            wait_until(lambda: VOLUNTEERS[0] in str(receiver.kept.bodies))
    assert [(record["subject"], record["body"]["purpose"]) for record in viewed] == [("feed", "SOC")]


def test_a_second_place_that_takes_no_checkpoint_is_visible(tmp_path: Path) -> None:
    """To auditors, to whoever watches the figures, and on the overview in the visitor's language."""
    (tmp_path / "taken").write_text("")
    settings: dict[str, Any] = {"checkpoint_folder": tmp_path / "taken", "checkpoint_seconds": 1}
    with running_server(tmp_path / "store", **settings) as server:
        wait_until(lambda: _place(server)["problem"])
        assert (_place(server)["target"], _place(server)["records"] > 0) == ("checkpoint folder", True)
        figures = server.admin.get("/metrics").text
        assert 'atesaki_checkpoint_failing{target="checkpoint folder"} 1.0' in figures
        assert 'atesaki_checkpoint_lag_seconds{target="checkpoint folder"}' in figures
        with server.visitor("auditor", language="ja") as auditor:
            page = auditor.get("/journal/overview").text
    assert "<td>フォルダー</td>" in page
    assert "フォルダーに書き込めません" in page
    assert "can&#39;t be written" not in page


def _place(server: Server) -> dict[str, Any]:
    [place] = server.admin.get("/v1/journal/feed").json()["checkpoints"]
    return dict(place)


@pytest.mark.slow
def test_kill_9_between_two_deliveries_loses_nothing(tmp_path: Path) -> None:
    """The next server goes on at the last cursor: at least once, in order."""
    settings = {"feed_webhook_secret": SECRET}
    with webhook() as receiver:
        settings["feed_webhook_url"] = f"http://127.0.0.1:{receiver.port}/in"
        for _ in range(3):
            receiver.behaviours += [answer(503)]
            with served(tmp_path, **settings) as server:
                before = len(receiver.kept.events)
                for _ in range(15):
                    decide(server, mail(to=VOLUNTEERS))
                wait_until(lambda before=before: len(receiver.kept.events) > before)  # type: ignore[misc]
                server.kill()
        with served(tmp_path, **settings) as server:
            wait_until(lambda: _lag(server) == 0)
            [stream] = {name for name, _, _ in receiver.kept.events}
            assert receiver.kept.first_seen(stream) == list(range(_total(server)))
            assert _total(server) > 45
