"""What-if runs: a draft against incident cases and the past, in a process of its own, followed and cancelled."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, insert, update
from tests.sending.index.past import CROWD, PSEUDONYMS, SHIPPED, Past
from tests.waiting import wait_until

from atesaki.judgement.facts import RosterHit
from atesaki.policies.load import load_set, read_folder
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.sending.replay.incidents import changed_incidents, incidents_folder, shipped_incidents
from atesaki.sending.replay.report import Report
from atesaki.sending.replay.run import Question, run
from atesaki.sending.replay.runs import LOST_AFTER, Draft, Run, RunInProgress, RunNotFound, Runs
from atesaki.storage.engine import Store
from atesaki.storage.index_tables import what_if_runs
from atesaki.storage.tables import documents, policy_revisions

FILES = read_folder(shipped_folder())
LENIENT = {name: text for name, text in FILES.items() if not name.startswith(("roster_visible", "strangers_visible"))}
NEW = """
id: ours
title: {ja: 追加, en: Added}
rules:
  - id: to_net
    when: {recipients: {domains: ["*.example.net"]}}
    action: block
    message: {ja: "だめ", en: "No"}
  - id: secret
    when: {all: [{recipients: {domains: [one.example.net]}}, {subject: {contains: [secret]}}]}
    action: warn
    message: {ja: "秘密", en: "Secret"}
"""


@pytest.fixture
def past(store: Store) -> Iterator[Past]:
    """A past of three messages: a crowd on a roster, a friend, a colleague."""
    RevisionStore(store).add(SHIPPED.revision, FILES, "test", "")
    opened = Past(store)
    opened.rosters = {address: (RosterHit("volunteers", "protected"),) for address in CROWD}
    opened.sent(to=CROWD)
    opened.sent(to=["friend@sub.one.example.net"], subject="a secret")
    opened.sent(to=["boss@hall.example"], sender={"address": "kei@welfare.hall.example"})
    opened.indexer.catch_up()
    yield opened
    opened.close()


def asked(past: Past, draft: dict[str, str], before: dict[str, str] = FILES) -> Report:
    """Return what comes out for all of the past."""
    return run(past.store, PSEUDONYMS, Question(before, draft, 0), lambda *_: None)


def test_an_unchanged_draft_changes_nothing(past: Past) -> None:
    """Every message and every incident case stays as it is."""
    report = asked(past, FILES)
    assert (report.messages, report.kinds, report.incidents) == (3, {"same": 3}, [])
    assert report.incidents_total == len(list(incidents_folder().glob("*.yaml"))) > 0


def test_a_rule_that_goes_falls_silent(past: Past) -> None:
    """Its message is no longer held, and the founding case comes first among the incidents that change."""
    report = asked(past, LENIENT)
    assert report.kinds == {"same": 2, "silent": 1}
    found = {each.rule: each for each in report.rules}["roster_visible.members_in_to_or_cc"]
    assert (found.before, found.after, found.new, found.gone) == (1, 0, 0, 1)
    assert len(found.samples) == 1
    assert "volunteers_in_to" in [incident.name for incident in report.incidents]


def test_a_new_rule_tells_what_it_would_newly_hold_and_what_it_cannot_tell(past: Past) -> None:
    """Domains are tried by their hashes; words of the subject can't be told, and are never taken for silent."""
    report = asked(past, {**FILES, "ours.yaml": NEW})
    assert report.kinds == {"same": 2, "blocked": 1}
    rules = {each.rule: each for each in report.rules}
    assert (rules["ours.to_net"].new, rules["ours.to_net"].untold) == (1, 0)
    assert (rules["ours.secret"].new, rules["ours.secret"].untold) == (0, 1)
    assert rules["ours.secret"].reads == ["subject"]
    assert {each.department for each in report.departments} == {"hall.example", "welfare.hall.example"}


def test_what_was_recorded_settles_what_cannot_be_told(past: Past) -> None:
    """A rule on the subject that was in force at Send has said by its finding whether it matched."""
    before = {**FILES, "ours.yaml": NEW}
    after = {**before, "ours.yaml": NEW.replace("action: warn", "action: block")}
    report = asked(past, after, before)
    assert report.kinds == {"same": 3}
    assert {each.rule: each.untold for each in report.rules}["ours.secret"] == 0


def test_without_the_record_a_rule_that_both_sets_share_may_or_may_not_have_matched(past: Past) -> None:
    """Where nothing tells whether a shared rule warned, nobody is told that the message falls silent."""
    with past.store.write() as connection:
        connection.execute(delete(policy_revisions))
    assert asked(past, LENIENT).kinds == {"same": 2, "unknown": 1}


def test_incidents_that_become_milder_stand_first() -> None:
    """Whoever publishes a draft sees first which stories it would let through."""
    changed = changed_incidents(load_set(FILES).policy_set, load_set(LENIENT).policy_set)
    assert changed[0].before == "block"
    assert [each.name for each in shipped_incidents()] == sorted(each.name for each in shipped_incidents())


class Starter:
    """Starts runs as the server does."""

    def __init__(self, past: Past, url: str) -> None:
        self.runs = Runs(past.store, url, lambda: FILES, past.clock)
        self.past = past

    def start(self, person: str = "kei", files: dict[str, str] = LENIENT) -> str:
        """Start a run."""
        return self.runs.start(person, Draft(1, "Lenient", files), 30)

    def ended(self, run_id: str) -> Run:
        """Wait for its end."""
        wait_until(lambda: self.runs.get(run_id).state != "running")
        return self.runs.get(run_id)


@pytest.fixture
def starter(past: Past, store_url: str) -> Iterator[Starter]:
    """Runs over that past."""
    opened = Starter(past, store_url)
    yield opened
    opened.runs.stop()


def test_a_run_is_kept_with_its_result(starter: Starter) -> None:
    """It may be read later, by its link, by anybody who may read it at all."""
    ended = starter.ended(starter.start())
    assert (ended.state, ended.done, ended.total) == ("done", 3, 3)
    assert ended.report is not None
    assert ended.report.messages == 3
    assert [run.id for run in starter.runs.of("kei")] == [ended.id]
    assert starter.runs.of("somebody else") == []


def test_a_draft_that_does_not_load_says_so(starter: Starter) -> None:
    """The sentence of the loader is what the person reads."""
    ended = starter.ended(starter.start(files={"broken.yaml": "id: broken"}))
    assert ended.state == "failed"
    assert ended.problem is not None
    assert "broken.yaml" in ended.problem


def test_an_error_that_nobody_foresaw_is_logged_without_its_text(
    starter: Starter, capfd: pytest.CaptureFixture[str]
) -> None:
    """The run fails without a sentence, and the text, which may hold addresses, is nowhere."""
    with starter.past.store.write() as connection:
        connection.execute(insert(documents).values(name="pseudonym_key", revision=1, body="broken key", updated_at=0))
    ended = starter.ended(starter.start())
    assert (ended.state, ended.problem) == ("failed", None)
    written = wait_until(lambda: text if "what_if.failed" in (text := "".join(capfd.readouterr())) else "")
    assert "Error at " in written
    assert "Traceback" not in written


def test_one_run_at_a_time_and_it_can_be_cancelled(starter: Starter) -> None:
    """A second start is refused while the first runs; cancelled, it has no result and the next may start."""
    first = starter.start()
    with pytest.raises(RunInProgress):
        starter.start()
    other = starter.start("somebody else")
    starter.runs.cancel(first)
    assert starter.ended(first).state == "cancelled"
    assert starter.ended(starter.start()).state == "done"
    assert starter.ended(other).state == "done"


def test_a_run_whose_server_died_is_not_waited_for(starter: Starter) -> None:
    """Nobody heard of it for minutes, so it counts as failed."""
    ended = starter.ended(starter.start())
    with starter.past.store.write() as connection:
        connection.execute(update(what_if_runs).values(state="running"))
    starter.past.now += 2 * LOST_AFTER
    assert starter.runs.get(ended.id).state == "failed"
    assert starter.ended(starter.start()).state == "done"


def test_a_run_that_never_was_is_not_found(starter: Starter) -> None:
    """A link may be old."""
    with pytest.raises(RunNotFound):
        starter.runs.get("nothing")
