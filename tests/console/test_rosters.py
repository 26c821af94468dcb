"""The pages of rosters: an owner's own and an admin's all; nothing is imported that was not shown."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from dns.resolver import NoResolverConfiguration, Resolver
from tests.fakes.directory import FakeDirectory
from tests.server import Server, Visitor, running_server

from atesaki import console_parts, roster_parts
from atesaki.directory.errors import DirectoryUnavailable
from atesaki.rosters.mail_servers import MailServers

CSV = "氏名,メール,予備\n山田,taro@a.example,x@b.example\n佐藤,hana@a.example,y@b.example\n田中,tanaka@,\n"
MORI = "mori@hall.example"


_NUMBERS = count(1)


@pytest.fixture(scope="module")
def directory() -> FakeDirectory:
    """The hall's directory."""
    return FakeDirectory()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, directory: FakeDirectory) -> Iterator[Server]:
    """A server of the hall, which has a directory and no DNS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roster_parts, "open_directories", lambda *_: {"microsoft": directory})
        patch.setattr(console_parts, "MailServers", lambda: MailServers(_no_resolver))
        yield from _served(tmp_path_factory)


def _no_resolver() -> Resolver:
    raise NoResolverConfiguration


def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture
def admin(server: Server) -> Iterator[Visitor]:
    """An admin."""
    with server.visitor("admin") as visitor:
        yield visitor


@pytest.fixture
def owner(server: Server) -> Iterator[Visitor]:
    """Ms Mori, who owns rosters and has no other role."""
    with server.visitor("roster_owner", email=MORI) as visitor:
        yield visitor


@pytest.fixture
def roster(server: Server) -> Iterator[str]:
    """A roster of Ms Mori, with two members."""
    name = f"名簿 {next(_NUMBERS)} & co?"
    draft = {"name": name, "owner": MORI.upper(), "purpose": "", "handling": "sensitive"}
    assert server.admin.post("/v1/rosters", json=draft).status_code == 201
    put(server, name, "name,email\nAnn,ann@a.example\nBob,bob@a.example\n")
    yield name
    server.admin.delete(f"/v1/rosters/{quote(name, safe='')}")


def put(server: Server, name: str, text: str) -> None:
    """Replace all members by the API."""
    answer = server.admin.put(
        f"/v1/rosters/{quote(name, safe='')}/members", content=text, headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 200, answer.text


def addresses(server: Server, name: str) -> list[str]:
    """Who is on a roster."""
    text = server.admin.get(f"/v1/rosters/{quote(name, safe='')}/members").text
    return [line.split(",")[0] for line in text.splitlines()[1:]]


def journaled(server: Server, subject: str) -> list[dict[str, Any]]:
    """What the journal says of a roster, newest last."""
    found = server.admin.get("/v1/journal", params={"subject": subject, "personal": "true", "purpose": "test"})
    return list(reversed(found.json()["records"]))


def page_of(roster: str, page: str = "") -> str:
    """The path of a roster's page."""
    return f"/rosters/of/{quote(roster, safe='')}{page}"


def uploaded(visitor: Visitor, roster: str, data: bytes, name: str = "members.csv") -> httpx2.Response:
    """Upload a file and follow to its preview."""
    return visitor.post(page_of(roster, "/import"), files={"file": (name, data, "text/csv")})


def hidden(answer: httpx2.Response) -> dict[str, str]:
    """The hidden fields of the last form of a page: what confirming sends."""
    form = answer.text.rsplit("<form", 1)[-1]
    return {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
        if name != "csrf"
    }


def here(answer: httpx2.Response) -> str:
    """The path of a page behind `/console`."""
    return answer.url.raw_path.decode().partition("?")[0].removeprefix("/console")


@pytest.mark.parametrize("page", ["", "/members", "/import", "/check", "/edit", "/delete", "/sync"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_each_page_opens_for_its_owner(owner: Visitor, roster: str, page: str, lang: str) -> None:
    """Whatever the name of the roster holds."""
    assert owner.get(f"{page_of(roster, page)}?lang={lang}").status_code == 200


@pytest.mark.parametrize("page", ["", "/members", "/import", "/import/x", "/check", "/edit", "/delete", "/sync"])
def test_another_roster_is_refused_like_one_that_is_not_there(server: Server, roster: str, page: str) -> None:
    """An owner learns neither what is on another's roster nor that it exists."""
    with server.visitor("roster_owner", email="sato@hall.example") as sato:
        theirs, nobodys = sato.get(page_of(roster, page)), sato.get(page_of("nothing", page))
        assert roster not in sato.get("/rosters").text
    assert (theirs.status_code, nobodys.status_code) == (403, 403)
    assert "isn&#39;t yours" in theirs.text


POSTS = ("/members", "/export", "/import", "/import/x", "/import/x/changes", "/check", "/edit", "/delete", "/sync",
         "/sync/now", "/sync/stop")  # fmt: skip


@pytest.mark.parametrize("page", POSTS)
def test_nobody_changes_another_roster(server: Server, roster: str, page: str) -> None:
    """What is sent is refused like what is asked."""
    before = journaled(server, roster)
    with server.visitor("roster_owner", email="sato@hall.example") as sato:
        form = {"typed": roster, "handling": "open", "owner": "sato@hall.example"}
        assert sato.post(page_of(roster, page), form).status_code == 403
    with server.visitor("auditor", "checker", email=MORI) as auditor:
        assert auditor.post(page_of(roster, page), form).status_code == 403
    assert [record["kind"] for record in journaled(server, roster)] == [record["kind"] for record in before]


def test_an_owner_without_rosters_is_told_whom_to_ask(server: Server) -> None:
    """An empty list says what to do first, for an owner as for an admin."""
    with server.visitor("roster_owner", email="nobody@hall.example") as nobody:
        text = nobody.get("/rosters").text
        assert "nobody@hall.example" in text
        assert "/rosters/new" not in text
        assert nobody.get("/rosters/new").status_code == 403


def test_a_roster_is_registered_imported_and_shown(server: Server, admin: Visitor) -> None:
    """From nothing to members, each step leading to the next, and all of it in the journal with its author."""
    form = {"name": "Parents", "owner": MORI, "purpose": "School news", "handling": "protected"}
    answer = admin.post("/rosters/new", form)
    assert here(answer) == "/rosters/of/Parents/import"
    answer = uploaded(admin, "Parents", CSV.encode("cp932"))
    answer = admin.post(here(answer), hidden(answer))
    assert "4 members" in answer.text
    assert {"taro@a.example", "x@b.example"} <= set(addresses(server, "Parents"))
    created, imported = [each for each in journaled(server, "Parents") if each["kind"] == "roster.changed"]
    assert created["body"]["change"] == "created"
    assert imported["body"]["source"] == {"kind": "file"}
    server.admin.delete("/v1/rosters/Parents")


@pytest.mark.parametrize(
    ("change", "field"), [({"name": "a/b"}, "name"), ({"name": ""}, "name"), ({"owner": "x" * 1_001}, "owner")]
)
def test_a_bad_roster_is_shown_again(admin: Visitor, change: dict[str, str], field: str) -> None:
    """What was typed is kept, and the sentence stands at the field."""
    form = {"name": "n", "owner": MORI, "purpose": "kept", "handling": "open", **change}
    answer = admin.post("/rosters/new?lang=ja", form)
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert "kept" in answer.text


def test_an_owner_tightens_but_does_not_loosen(server: Server, owner: Visitor, roster: str) -> None:
    """Opening a roster takes protection away, so it is an admin's."""
    page = owner.get(page_of(roster, "/edit"))
    form = {**hidden(page), "owner": MORI, "purpose": "", "handling": "open"}
    answer = owner.post(page_of(roster, "/edit"), form)
    assert answer.status_code == 403
    assert 'id="handling-problem"' in answer.text
    assert owner.post(page_of(roster, "/edit"), {**form, "handling": "protected"}).status_code == 200
    assert server.admin.get(f"/v1/rosters/{quote(roster)}").json()["handling"] == "protected"


def test_the_second_of_two_editors_is_told(admin: Visitor, owner: Visitor, roster: str) -> None:
    """Nothing is overwritten unseen."""
    stale = {**hidden(admin.get(page_of(roster, "/edit"))), "owner": MORI, "purpose": "mine", "handling": "sensitive"}
    owner.post(page_of(roster, "/edit"), {**stale, "purpose": "theirs"})
    answer = admin.post(page_of(roster, "/edit"), stale)
    assert answer.status_code == 409
    assert "mine" in answer.text


def test_a_changed_mapping_is_what_is_imported(server: Server, owner: Visitor, roster: str) -> None:
    """One column taken instead of two: the preview shows it, and the import does exactly that."""
    answer = uploaded(owner, roster, CSV.encode("cp932"))
    fields = {**hidden(answer), "c2": ""}
    answer = owner.client.get(f"/console{here(answer)}", params=fields)
    assert "Import 2 members" in answer.text
    assert "holds e-mail addresses too" in answer.text
    owner.post(here(answer), {**hidden(answer), "sure": "1"})
    assert addresses(server, roster) == ["hana@a.example", "taro@a.example"]


def test_a_table_of_tabs_is_imported_as_shown(server: Server, owner: Visitor, roster: str) -> None:
    """The separator goes through the form like any other character; UTF-16 is what Excel calls Unicode text."""
    text = "名前\tメール\nAnn\tann@a.example\nBob\tbob@a.example\nCy\tcy@a.example\n"
    answer = uploaded(owner, roster, text.encode("utf-16"))
    again = owner.client.get(f"/console{here(answer)}", params=hidden(answer))
    assert owner.post(here(again), hidden(again)).status_code == 200
    assert addresses(server, roster) == ["ann@a.example", "bob@a.example", "cy@a.example"]


def test_rejected_rows_can_be_taken_home(owner: Visitor, roster: str) -> None:
    """Line, reason in the page's language, and the row itself, safe for a spreadsheet."""
    answer = uploaded(owner, roster, b"name,email\n=1+1,bad@\nA,a@a.example\n")
    sheet = owner.client.get(f"/console{here(answer)}/rejected", params={**hidden(answer), "lang": "ja"})
    assert sheet.content.startswith(b"\xef\xbb\xbf")
    line = sheet.text.splitlines()[1]
    assert line.startswith("2,")
    assert "'=1+1" in line
    assert "読み取れません" in line
    assert "attachment" in sheet.headers["content-disposition"]


def test_many_leaving_must_be_confirmed(server: Server, owner: Visitor, roster: str) -> None:
    """The wrong file doesn't unprotect people by one click."""
    answer = uploaded(owner, roster, b"email\nnew@a.example\n")
    assert "More than half" in answer.text
    assert owner.post(here(answer), hidden(answer)).status_code == 409
    assert addresses(server, roster) == ["ann@a.example", "bob@a.example"]
    assert owner.post(here(answer), {**hidden(answer), "sure": "1"}).status_code == 200
    assert addresses(server, roster) == ["new@a.example"]


def test_a_roster_that_changed_since_is_compared_again(server: Server, owner: Visitor, roster: str) -> None:
    """What was shown is no longer true, so it is shown anew and not imported."""
    answer = uploaded(owner, roster, b"email\nann@a.example\nbob@a.example\nnew@a.example\n")
    put(server, roster, "email\nother@a.example\n")
    again = owner.post(here(answer), {**hidden(answer), "sure": "1"})
    assert again.status_code == 409
    assert "other@a.example" in again.text
    assert addresses(server, roster) == ["other@a.example"]
    assert owner.post(here(answer), {**hidden(again), "sure": "1"}).status_code == 200


def test_all_changes_can_be_taken_home_and_that_is_recorded(server: Server, owner: Visitor, roster: str) -> None:
    """They hold members in force."""
    answer = uploaded(owner, roster, b"name,email\nAnna,ann@a.example\nCy,cy@a.example\n")
    sheet = owner.post(f"{here(answer)}/changes", hidden(answer))
    rows = [line.split(",")[:2] for line in sheet.text.splitlines()[1:]]
    assert rows == [["Joins", "cy@a.example"], ["Leaves", ""], ["Changes", "ann@a.example"]]
    looked = [each for each in journaled(server, roster) if each["kind"] == "personal_data.viewed"]
    assert looked[-1]["body"]["what"] == "roster_comparison"


def test_an_upload_belongs_to_its_person(server: Server, owner: Visitor, admin: Visitor, roster: str) -> None:
    """Even an admin doesn't open another's file by its address; after the import it is gone."""
    answer = uploaded(owner, roster, b"email\nann@a.example\nbob@a.example\n")
    assert admin.get(here(answer)).status_code == 410
    owner.post(here(answer), hidden(answer))
    assert owner.get(here(answer)).status_code == 410
    assert server.client.get(f"/console{here(answer)}").status_code != 200


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04rest", "workbook"),
        (b"an image, perhaps\x00", "not a text file"),
        (b'email\n"a@a.example\n', "never closed"),
    ],
)
def test_an_unreadable_file_is_said_at_once(owner: Visitor, roster: str, data: bytes, sentence: str) -> None:
    """In one sentence at the field, and nothing of it is kept."""
    answer = uploaded(owner, roster, data)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_no_file_is_no_import(owner: Visitor, roster: str) -> None:
    """The form asks for one."""
    answer = owner.post(page_of(roster, "/import"), files={"file": ("", b"", "text/csv")})
    assert "Choose a file first." in answer.text


def test_a_wrong_encoding_is_said_and_the_guess_is_shown(owner: Visitor, roster: str) -> None:
    """Whoever overrides the encoding wrongly gets a sentence with the line, not a broken page."""
    answer = uploaded(owner, roster, CSV.encode("cp932"))
    wrong = owner.client.get(f"/console{here(answer)}", params={"encoding": "utf-8-sig", "delimiter": ","})
    assert "Line 1 is not readable text in this encoding." in wrong.text
    assert "山田" in wrong.text


def test_a_file_without_addresses_shows_its_columns(owner: Visitor, roster: str) -> None:
    """A person can say which column it is."""
    answer = uploaded(owner, roster, b"a,b\n1,2\n")
    assert answer.status_code == 200
    assert "Column 2" in answer.text
    assert "Nobody in this file could be read" in answer.text
    assert owner.post(here(answer), {**hidden(answer), "encoding": "utf-8-sig"}).status_code in {409, 200}


def test_members_are_searched_paged_and_the_look_is_recorded(server: Server, owner: Visitor, roster: str) -> None:
    """Page by page without an address in any URL."""
    put(server, roster, "name,email\n" + "".join(f"N{at:03},m{at:03}@a.example\n" for at in range(150)))
    first = owner.get(page_of(roster, "/members"))
    assert "m099@a.example" in first.text
    assert "m100@a.example" not in first.text
    second = owner.post(page_of(roster, "/members"), hidden(first))
    assert "m149@a.example" in second.text
    assert "Next page" not in second.text
    found = owner.post(page_of(roster, "/members"), {"search": "n123"})
    assert ("m123@a.example" in found.text, "m122@a.example" in found.text) == (True, False)
    assert "matches" in owner.post(page_of(roster, "/members"), {"search": "100%_"}).text
    looked = [each["body"] for each in journaled(server, roster) if each["kind"] == "personal_data.viewed"]
    assert [each["members"] for each in looked if each["what"] == "roster_members"] == [100, 50, 1]


def test_a_download_of_members_is_recorded(server: Server, owner: Visitor, roster: str) -> None:
    """Who took the list is in the journal before they have it."""
    sheet = owner.post(page_of(roster, "/export"))
    assert sheet.headers["content-type"].startswith("text/csv")
    assert "ann@a.example" in sheet.text
    assert journaled(server, roster)[-1]["kind"] == "personal_data.viewed"


def test_deleting_asks_for_the_name(server: Server, owner: Visitor, roster: str) -> None:
    """A wrong name deletes nothing; the right one does, and the journal keeps that it was."""
    answer = owner.post(page_of(roster, "/delete"), {"typed": roster[:-1]})
    assert answer.status_code == 422
    assert addresses(server, roster)
    assert roster in unescape(owner.post(page_of(roster, "/delete"), {"typed": f" {roster} "}).text)
    assert server.admin.get(f"/v1/rosters/{quote(roster, safe='')}").status_code == 404
    assert journaled(server, roster)[-1]["body"]["change"] == "deleted"


def test_the_check_finds_doubles_and_asks_only_when_told(
    server: Server, directory: FakeDirectory, owner: Visitor, roster: str
) -> None:
    """Opening the page asks nobody; the button asks, and silence of the DNS leaves domains unknown, not alive."""
    put(server, roster, "email\na.b@x.example\nab@x.example\ninfo@x.example\noff@hall.example\n")
    directory.accounts["off@hall.example"] = "disabled"
    text = owner.get(page_of(roster, "/check")).text
    assert "a.b@x.example, ab@x.example" in text
    assert "info@x.example" in text
    assert "gave no answer" not in text
    text = owner.post(page_of(roster, "/check")).text
    assert "2 domains gave no answer" in text
    assert "off@hall.example" in text
    assert "Switched off" in text


def test_other_rosters_of_others_are_not_named(server: Server, owner: Visitor, admin: Visitor, roster: str) -> None:
    """An owner learns that somebody stands elsewhere too, not where."""
    draft = {"name": "Secret club", "owner": "", "purpose": "", "handling": "sensitive"}
    server.admin.post("/v1/rosters", json=draft)
    put(server, "Secret club", "email\nann@a.example\n")
    assert "Secret club" not in owner.get(page_of(roster, "/check")).text
    assert "a roster of somebody else" in owner.get(page_of(roster, "/check")).text
    assert "Secret club" in admin.get(page_of(roster, "/check")).text
    server.admin.delete("/v1/rosters/Secret club")


def test_a_roster_follows_a_group(server: Server, directory: FakeDirectory, owner: Visitor, roster: str) -> None:
    """Search, look, confirm; from then on a sync keeps it in step, and stopping keeps the members."""
    directory.put("g1", "Volunteers", "ann@a.example", "bob@a.example", "cy@a.example", unresolved=1)
    assert "Volunteers" in owner.get(page_of(roster, "/sync") + "?provider=microsoft&search=Vol").text
    shown = owner.get(page_of(roster, "/sync") + "?provider=microsoft&group=g1&group_name=Volunteers")
    assert "1 member of the group has no address" in shown.text
    assert journaled(server, roster)[-1]["body"] == {"what": "roster_comparison", "members": 3}
    answer = owner.post(page_of(roster, "/sync"), hidden(shown))
    assert "follows the group" in answer.text
    assert len(addresses(server, roster)) == 3
    directory.put("g1", "Volunteers", "ann@a.example", "bob@a.example", "dee@a.example")
    assert "in step" in owner.post(page_of(roster, "/sync/now")).text
    assert "dee@a.example" in addresses(server, roster)
    assert "follows the group" in owner.get(page_of(roster, "/import")).text
    owner.post(page_of(roster, "/sync/stop"))
    assert len(addresses(server, roster)) == 3


def test_a_sync_that_stops_says_so_on_the_roster_and_in_the_list(
    server: Server, directory: FakeDirectory, owner: Visitor, roster: str
) -> None:
    """A person sees the problem, looks, and confirms."""
    directory.put("g2", "Night", "ann@a.example", "bob@a.example", "cy@a.example")
    address = page_of(roster, "/sync") + "?provider=microsoft&group=g2&group_name=Night"
    owner.post(page_of(roster, "/sync"), hidden(owner.get(address)))
    directory.put("g2", "Night", "ann@a.example")
    text = owner.post(page_of(roster, "/sync/now")).text
    assert "More than half of the members have left the group" in text
    assert "More than half of the members have left the group" in owner.get("/rosters").text
    assert len(addresses(server, roster)) == 3
    shown = owner.get(address)
    assert owner.post(page_of(roster, "/sync"), hidden(shown)).status_code == 422
    assert owner.post(page_of(roster, "/sync"), {**hidden(shown), "sure": "1"}).status_code == 200
    assert addresses(server, roster) == ["ann@a.example"]


def test_a_directory_that_is_away_is_said(directory: FakeDirectory, owner: Visitor, roster: str) -> None:
    """In the visitor's language, on the page where a group is chosen."""
    directory.broken = DirectoryUnavailable("Microsoft Graph can't be reached or does not answer as it should.")
    try:
        answer = owner.get(page_of(roster, "/sync") + "?provider=microsoft&lang=ja")
        assert "Microsoft Graph に" in answer.text
        assert owner.get(page_of(roster, "/sync") + "?provider=microsoft&group=g1").status_code == 503
    finally:
        directory.broken = None


@pytest.mark.parametrize("query", ["?provider=evil&group=g1", "?provider=microsoft&group=nothing", "?group=g1"])
def test_what_is_no_group_is_followed_by_nobody(owner: Visitor, roster: str, query: str) -> None:
    """Names from an URL are only names."""
    assert owner.get(page_of(roster, "/sync") + query).status_code in {200, 404}
