"""The playground of the console: which rules and facts a message is tried with, and what it leaves behind."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import func, select
from tests.console.test_try_it import VOLUNTEERS
from tests.server import Server, Visitor

from atesaki.policies.drafting.draft import Editor
from atesaki.policies.drafting.store import DraftStore
from atesaki.storage.engine import Store, open_store
from atesaki.storage.tables import correspondents, records, trials

LOUD = """\
id: loud
title: {ja: 大声, en: Loud}
rules:
  - id: word
    when: {subject: {contains: [hush]}}
    action: block
    message: {ja: "件名に {words} があります。", en: "The subject says {words}."}
"""


@pytest.fixture
def kept(server: Server) -> Iterator[Store]:
    """The store behind the server, to look into."""
    store = open_store(server.store_address)
    yield store
    store.close()


def text(html: str) -> str:
    """Return what is read on a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def form(**fields: str) -> dict[str, str]:
    """Return a form with a sender, as a browser sends it."""
    whole = {"sender": "staff@hall.example", "to": "", "cc": "", "bcc": "", "subject": "", "body": "", "thread": "new"}
    return {**whole, "rules": "in_force", "rosters": "real", "history": "real", **fields}


def kinds(store: Store) -> list[str]:
    """Return the kinds of all records."""
    with store.read() as connection:
        return list(connection.execute(select(records.c.kind)).scalars())


def draft(store: Store, files: dict[str, str]) -> int:
    """Keep a draft and return its number."""
    return DraftStore(store).add("Quieter", 1, files, Editor("test", "Kei")).head.id


def rule(html: str, name: str) -> str:
    """Return what is said about one rule."""
    (found,) = [part for part in html.split('<details class="trace')[1:] if f"<code>{name}</code>" in part]
    return text(f"<{found}")


def test_the_founding_incident_is_told_in_both_languages_with_its_reasons(admin: Visitor) -> None:
    """What staff would read, which rule fired, and every condition with what was found."""
    html = admin.post("/try-it", form(to=VOLUNTEERS)).text
    said = text(html)
    assert "このまま送ると、26 人がそれぞれ 25 件のアドレスを知ることになります。" in said
    assert "If you send this now, 26 people would each learn 25 addresses." in said
    fired = rule(html, "strangers_visible.many_strangers")
    assert "✓ holds At least 1 visible recipient 26 recipients · 26 outside organizations" in fired
    assert "650 disclosures · 26 people would learn addresses" in fired
    assert "v25@gmail.com" in fired


def test_a_rule_that_did_not_fire_says_what_was_missing(admin: Visitor) -> None:
    """Two strangers where three are wanted: a near miss, with the number that was reached."""
    near = rule(admin.post("/try-it", form(to="a@x.jp, b@y.jp")).text, "strangers_visible.strangers")
    assert "Near miss: Did not fire" in near
    assert "✗ doesn't hold At least 3 visible outside or partner recipients of at least 3 outside organizations" in near
    assert "✗ doesn't hold All of this together 2 recipients · 2 outside organizations" in near


def test_a_page_in_japanese_speaks_japanese(server: Server) -> None:
    """Conditions, answers and numbers."""
    with server.visitor("admin", language="ja") as admin:
        fired = rule(admin.post("/try-it", form(to=VOLUNTEERS)).text, "strangers_visible.many_strangers")
    assert "✓ 当てはまる 宛先か CC に見えている宛先が 1 件以上 宛先 26 件 · 外部の組織 26 件" in fired


def test_trying_records_no_decision_and_teaches_nothing(admin: Visitor, kept: Store) -> None:
    """The journal has no new record, nobody is a known correspondent, and the page says so."""
    before = kinds(kept)
    html = admin.post("/try-it", form(to="a@x.jp")).text
    assert "Nothing is sent, no decision is recorded, and nobody counts as mailed." in text(html)
    assert kinds(kept) == before
    with kept.read() as connection:
        assert connection.execute(select(func.count()).select_from(correspondents)).scalar() == 0


def test_a_draft_is_tried_as_it_is_saved(admin: Visitor, kept: Store) -> None:
    """Its rules are judged although they were never published and its tests would fail."""
    number = draft(kept, {"loud.yaml": LOUD, "loud_test.yaml": "tests: broken"})
    assert f'value="draft:{number}" selected' in admin.get(f"/try-it?draft={number}").text
    html = admin.post("/try-it", form(subject="hush", to="a@x.jp", rules=f"draft:{number}")).text
    assert "The subject says hush." in text(html)
    assert "The subject contains “hush” “hush”" in rule(html, "loud.word")
    assert "strangers_visible" not in html


def test_a_pasted_policy_is_tried_among_those_in_force(admin: Visitor) -> None:
    """It takes the place of the one with its id, and for this try only."""
    html = admin.post("/try-it", form(subject="hush", to="a@x.jp", rules="pasted", yaml=LOUD)).text
    assert "The subject says hush." in text(html)
    assert "strangers_visible.strangers" in html
    assert "loud.word" not in admin.post("/try-it", form(to="a@x.jp")).text


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        (LOUD.replace("contains", "contians"), "loud.yaml:5:22"),
        ("title: x", "begins with its id"),
        ("[", "This is not valid YAML"),
    ],
)
def test_a_pasted_policy_that_does_not_load_is_told_at_its_line(admin: Visitor, yaml: str, said: str) -> None:
    """What was typed stays, with every mistake."""
    answer = admin.post("/try-it", form(rules="pasted", yaml=yaml))
    assert answer.status_code == 422
    assert said in text(answer.text)
    assert yaml.splitlines()[0] in unescape(answer.text)


def test_mistakes_are_told_in_japanese(server: Server) -> None:
    """The sentence of the loader, in the visitor's language."""
    with server.visitor("admin", language="ja") as admin:
        answer = admin.post("/try-it", form(rules="pasted", yaml=LOUD.replace("contains", "contians")))
    assert "「contains」ではありませんか。" in text(answer.text)


def test_the_other_language_keeps_what_could_not_be_tried(admin: Visitor) -> None:
    """Whoever can't read the mistakes of a pasted policy changes the language and loses nothing."""
    page = admin.post("/try-it", form(rules="pasted", yaml="id: loud", to="v01@gmail.com")).text
    forms = re.findall(r'<form method="post" action="[^"]*/try-it\?lang=ja">(.*?)</form>', page, re.DOTALL)
    assert [('value="v01@gmail.com"' in each, 'value="id: loud"' in each) for each in forms] == [(True, True)]


def test_rules_that_are_gone_are_told_as_gone(admin: Visitor) -> None:
    """A draft that was never there, and a publication that never was."""
    for rules in ("draft:4711", "number:4711"):
        answer = admin.post("/try-it", form(rules=rules))
        assert answer.status_code == 404
        assert "There is no such" in text(answer.text)


def test_the_time_can_be_assumed(admin: Visitor) -> None:
    """In the organization's time zone: a Sunday is outside office hours, a Wednesday morning is not."""
    for now, verdict in (("2026-11-29T10:00", "Fired"), ("2026-11-25T10:00", "Did not fire")):
        html = admin.post("/try-it", form(to="a@x.jp", now=now)).text
        assert rule(html, "out_of_hours.outside_office_hours").startswith(verdict)
    answer = admin.post("/try-it", form(now="soon"))
    assert (answer.status_code, "Please choose a date and a time." in text(answer.text)) == (422, True)


def test_earlier_mails_can_be_assumed(admin: Visitor) -> None:
    """Whom the sender knows decides over the first-time rule."""
    for history, verdict in (("nobody", "Fired"), ("everybody", "Did not fire")):
        html = admin.post("/try-it", form(to="a@x.jp", history=history)).text
        assert rule(html, "first_time.new_recipient").startswith(verdict)


def test_groups_can_be_assumed_and_are_unknown_without(admin: Visitor) -> None:
    """A condition that can't be judged says so, and the rule warns."""
    grouped = LOUD.replace("subject: {contains: [hush]}", "sender: {groups: [press]}").replace("{words}", "x")
    unknown = admin.post("/try-it", form(to="a@x.jp", rules="pasted", yaml=grouped)).text
    assert "? can't tell The sender is in the group “press”" in rule(unknown, "loud.word")
    assert "Could not be judged, so it warns" in rule(unknown, "loud.word")
    known = admin.post("/try-it", form(to="a@x.jp", rules="pasted", yaml=grouped, groups="press")).text
    assert "✓ holds The sender is in the group “press”" in rule(known, "loud.word")


def test_real_rosters_are_asked_and_can_be_left_out(server: Server, admin: Visitor) -> None:
    """A protected roster whose members would see each other is held, unless nobody is assumed to be on one."""
    roster = {"name": "volunteers", "owner": "Kei", "purpose": "Events", "handling": "protected"}
    server.admin.post("/v1/rosters", json=roster).raise_for_status()
    csv = {"Content-Type": "text/csv"}
    server.admin.put(
        "/v1/rosters/volunteers/members", content="email\na@x.jp\nb@x.jp\n", headers=csv
    ).raise_for_status()
    asked = admin.post("/try-it", form(to="a@x.jp, b@x.jp")).text
    assert "✓ holds At least 1 recipient on one protected roster 2 recipients" in rule(
        asked, "roster_visible.members_in_to_or_cc"
    )
    assert "on “volunteers”" in text(asked)
    left_out = admin.post("/try-it", form(to="a@x.jp, b@x.jp", rosters="none")).text
    assert "volunteers" not in rule(left_out, "roster_visible.members_in_to_or_cc")
    outdated = "The roster “volunteers” is out of date"
    assert outdated in text(admin.post("/try-it", form(to="a@x.jp, b@x.jp", rosters="late")).text)
    assert outdated not in text(asked)


def test_what_the_program_itself_objects_to_is_told_beside_the_rules(admin: Visitor) -> None:
    """An address that nobody can read belongs to no policy."""
    said = text(admin.post("/try-it", form(to="tanaka")).text)
    assert "Always checked by Atesaki itself" in said
    assert "cannot be read (tanaka)" in said


def test_an_example_keeps_the_chosen_rules(admin: Visitor, kept: Store) -> None:
    """Only the mail is replaced."""
    number = draft(kept, {"loud.yaml": LOUD})
    html = admin.post("/try-it", form(rules=f"draft:{number}", example="committee")).text
    assert f'value="draft:{number}" selected' in html
    assert "chair@city.example" in html


def test_a_saved_mail_takes_the_place_of_the_form(admin: Visitor) -> None:
    """As on the public page."""
    mail = b"From: a@hall.example\r\nTo: v@x.jp\r\nSubject: hush\r\n\r\nhello"
    files = {"mail": ("mail.eml", mail, "message/rfc822")}
    html = admin.client.post("/console/try-it", data={**form(), "csrf": admin.csrf}, files=files).text
    assert 'value="a@hall.example"' in html


def test_a_link_reproduces_a_try_without_addresses_in_it(server: Server, admin: Visitor, kept: Store) -> None:
    """Another admin sees the same; keeping, looking and deleting are in the journal."""
    page = admin.post("/try-it/kept", form(to=VOLUNTEERS, subject="kept"))
    path = page.url.path.removeprefix("/console")
    assert re.fullmatch(r"/try-it/kept/[\w-]{24}", path)
    with server.visitor("admin", email="mio@hall.example") as other:
        html = other.get(path).text
    assert "26 people would each learn 25 addresses" in text(html)
    assert 'value="number:1" selected' in html
    assert re.search(r'name="now" type="datetime-local" value="20\d\d-', html)
    found = kinds(kept)
    assert (found.count("trial.kept"), found.count("personal_data.viewed")) == (1, 2)
    with server.visitor("auditor", language="ja") as auditor:
        looks = auditor.get("/journal/looks").text
    assert ("「ためしてみる」に残したメール: <bdi>" in looks, "try it" in looks) == (True, False)
    assert "The link was deleted." in text(admin.post(f"{path}/delete").text)
    gone = admin.get(path)
    assert (gone.status_code, "This link has ended" in text(gone.text)) == (404, True)
    assert kinds(kept).count("trial.deleted") == 1


def test_a_kept_try_uses_the_rules_of_its_time(server: Server, admin: Visitor) -> None:
    """What was published afterwards does not change what the link shows."""
    path = admin.post("/try-it/kept", form(to=VOLUNTEERS)).url.path.removeprefix("/console")
    before = server.admin.get("/v1/policies").json()["files"]
    server.admin.put("/v1/policies", json={"loud.yaml": LOUD}).raise_for_status()
    try:
        assert "26 people would each learn 25 addresses" in text(admin.get(path).text)
        assert "loud.word" in admin.post("/try-it", form(to="a@x.jp")).text
    finally:
        server.admin.put("/v1/policies", json=before).raise_for_status()


def test_a_link_is_for_admins(server: Server, admin: Visitor) -> None:
    """Whoever has another role is refused, and whoever is not signed in is asked to."""
    path = admin.post("/try-it/kept", form(to="a@x.jp")).url.path
    with server.visitor("auditor", "roster_owner", "checker") as other:
        assert other.client.get(path).status_code == 403
    assert server.anonymous.get(path).status_code == 303


def test_a_try_that_is_too_large_is_not_kept(admin: Visitor, kept: Store) -> None:
    """The store is no place for whole mailboxes."""
    with kept.read() as connection:
        before = connection.execute(select(func.count()).select_from(trials)).scalar()
    answer = admin.post("/try-it/kept", form(body="x" * 1_000_001))
    assert answer.status_code == 413
    with kept.read() as connection:
        assert connection.execute(select(func.count()).select_from(trials)).scalar() == before
