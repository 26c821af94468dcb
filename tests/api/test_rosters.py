"""`/v1/rosters`: what goes in, what comes out, and the sentence for everything else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from tests.fakes.journal import ListedJournal
from tests.rosters.files import many

from atesaki.api import problem
from atesaki.api.access import Editor
from atesaki.api.rosters import rosters_router
from atesaki.rosters.rosters import Rosters
from atesaki.storage.engine import open_store

VOLUNTEERS = {"name": "ボランティア", "owner": "Mori", "purpose": "Shift plans", "handling": "protected"}
FILE = "氏名,メールアドレス\n山田,a@x.jp\n鈴木,b@x.jp\n山田,A@X.jp\n佐藤,oops\n"


def an_admin() -> Editor:
    """Let everybody edit every roster."""
    return Editor("admin", None)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The router alone, with one roster and imports of at most 100,000 bytes."""
    store = open_store(tmp_path)
    app = FastAPI()
    problem.install(app)
    app.include_router(
        rosters_router(Rosters(store, ListedJournal()), an_admin, lambda: "admin", max_import_bytes=100_000)
    )
    with TestClient(app) as opened:
        assert opened.post("/v1/rosters", json=VOLUNTEERS).status_code == 201
        yield opened
    store.close()


def put(client: TestClient, data: str | bytes, query: str = "", **headers: str) -> Response:
    """Import a file into the roster of the test."""
    url = f"/v1/rosters/ボランティア/members{query}"
    sent = {"Content-Type": "text/csv", **{name.replace("_", "-"): value for name, value in headers.items()}}
    answer: Response = client.put(url, content=data.encode() if isinstance(data, str) else data, headers=sent)
    return answer


def test_registered_roster_is_listed_and_shown(client: TestClient) -> None:
    """Name, owner, purpose, handling and the number of members."""
    shown = client.get("/v1/rosters/ボランティア").json()
    assert {key: shown[key] for key in VOLUNTEERS} == VOLUNTEERS
    assert (shown["members"], shown["revision"]) == (0, 0)
    assert client.get("/v1/rosters").json() == {"rosters": [shown]}


def test_second_roster_of_the_name_conflicts(client: TestClient) -> None:
    """409 with a stable type."""
    answer = client.post("/v1/rosters", json=VOLUNTEERS)
    assert (answer.status_code, answer.json()["type"]) == (409, "roster-exists")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", ""),
        ("name", " "),
        ("name", "a/b"),
        ("name", ".."),
        ("name", "a\u0000b"),
        ("name", "x" * 101),
        ("name", 5),
        ("owner", "x" * 1_001),
        ("owner", "a\u0007b"),
        ("owner", "a\ue000b"),
        ("handling", "secret"),
        ("more", "x"),
    ],
)
def test_bad_values_are_refused(client: TestClient, key: str, value: object) -> None:
    """422, and nothing is registered."""
    assert client.post("/v1/rosters", json={**VOLUNTEERS, "name": "new", key: value}).status_code == 422
    assert len(client.get("/v1/rosters").json()["rosters"]) == 1


@pytest.mark.parametrize("body", [b"{", b'{"name": }', b"\xff"])
def test_what_is_no_json_is_told_as_everywhere(client: TestClient, body: bytes) -> None:
    """400 without a field: the place in the text is no path."""
    answer = client.post("/v1/rosters", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json().get("field")) == (400, None)


def test_lone_surrogate_is_refused(client: TestClient) -> None:
    """JSON can spell half a character; no text holds one."""
    body = b'{"name": "\\ud800", "owner": "", "purpose": "", "handling": "open"}'
    assert client.post("/v1/rosters", content=body, headers={"Content-Type": "application/json"}).status_code == 422


def test_oversized_description_is_refused_unread(client: TestClient) -> None:
    """413 for a JSON body that no roster needs, apart from the limit of files."""
    for send in (client.post, client.patch):
        url = "/v1/rosters" if send == client.post else "/v1/rosters/ボランティア"
        assert send(url, json={**VOLUNTEERS, "purpose": "x" * 70_000}).status_code == 413


def test_change_keeps_what_is_left_out(client: TestClient) -> None:
    """PATCH changes only what it names."""
    changed = client.patch("/v1/rosters/ボランティア", json={"handling": "sensitive"}).json()
    assert (changed["handling"], changed["owner"], changed["purpose"]) == ("sensitive", "Mori", "Shift plans")


def test_name_can_not_be_changed(client: TestClient) -> None:
    """Policies refer to it."""
    assert client.patch("/v1/rosters/ボランティア", json={"name": "other"}).status_code == 422


def test_import_answers_the_report(client: TestClient) -> None:
    """Accepted, duplicates, and rejected with line and reason, in Japanese where nothing else is asked for."""
    assert put(client, FILE).json() == {
        "accepted": 2,
        "duplicates": 1,
        "rejected": [{"line": 5, "reason": "「@」がないため、メールアドレスとして読み取れません。"}],
        "rejected_count": 1,
    }


@pytest.mark.parametrize(
    ("accepted", "begins"),
    [
        ("en", "This"),
        ("en-GB,ja;q=0.8", "This"),
        ("ja;q=0.5, en;q=0.7", "This"),
        ("fr, en;q=0.1", "This"),
        ("ja,en", "「"),
        ("fr", "「"),
        ("en;q=x", "「"),
        ("en;q=0", "「"),
        ("en;q=nan", "「"),
    ],
)
def test_reasons_come_in_the_language_asked_for(client: TestClient, accepted: str, begins: str) -> None:
    """The better of Japanese and English, the organization's where neither is accepted."""
    (rejected,) = put(client, FILE, Accept_Language=accepted).json()["rejected"]
    assert rejected["reason"].startswith(begins)


def test_reasons_do_not_repeat_the_address(client: TestClient) -> None:
    """An answer is logged and forwarded more easily than a file."""
    assert "secret" not in put(client, "email\na@x.jp\nsecret name@x.jp\n").text


def test_file_of_excel_on_a_japanese_desktop_is_taken(client: TestClient) -> None:
    """CP932 with the type that Windows gives to CSV files."""
    answer = put(client, FILE.encode("cp932"), Content_Type="application/vnd.ms-excel; charset=Shift_JIS")
    assert answer.json()["accepted"] == 2
    assert "山田" in client.get("/v1/rosters/ボランティア/members").text


@pytest.mark.parametrize(
    ("data", "status", "kind"),
    [
        ("a,b\n1,2\n", 422, "roster-no-address-column"),
        ("", 422, "roster-no-address-column"),
        (b"mail\na@x.jp\n\xff\xff\n", 422, "roster-file-unreadable"),
        ("mail\n" + "a@x.jp\n" * 20_000, 413, "roster-file-too-large"),
        ("mail\noops\n", 409, "roster-would-be-empty"),
    ],
)
def test_unusable_file_is_refused_and_changes_nothing(
    client: TestClient, data: str | bytes, status: int, kind: str
) -> None:
    """Each with its own stable type; the old members stay."""
    put(client, FILE)
    answer = put(client, data)
    assert (answer.status_code, answer.json()["type"]) == (status, kind)
    assert client.get("/v1/rosters/ボランティア").json()["members"] == 2


def test_refused_file_names_its_rows(client: TestClient) -> None:
    """Where no row is taken, a roster that keeps its members says line by line why, in the caller's language."""
    put(client, FILE)
    answer = put(client, "mail\noops\na@b@c.jp\n", Accept_Language="en").json()
    assert [(each["line"], "e-mail address" in each["reason"]) for each in answer["errors"]] == [(2, True), (3, True)]
    assert "oops" not in str(answer)


def test_roster_is_emptied_where_asked(client: TestClient) -> None:
    """`allow_empty=true` says that it is meant."""
    put(client, FILE)
    assert put(client, "mail\n", "?allow_empty=true").json()["accepted"] == 0
    assert client.get("/v1/rosters/ボランティア").json()["members"] == 0


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_other_kinds_of_bodies_are_refused(client: TestClient, kind: str) -> None:
    """415, and the sentence says what to send."""
    assert put(client, FILE, Content_Type=kind).status_code == 415


def test_file_above_the_memory_limit_is_taken(tmp_path: Path) -> None:
    """A file that doesn't fit in memory goes through a temporary file, to the same end."""
    app = FastAPI()
    store = open_store(tmp_path)
    app.include_router(rosters_router(Rosters(store, ListedJournal()), an_admin, lambda: "admin"))
    with TestClient(app) as larger:
        larger.post("/v1/rosters", json=VOLUNTEERS)
        data = many(3_000) + f"{' ' * 1_000}\n" * 1_200
        assert put(larger, data).json()["accepted"] == 3_000
    store.close()


def test_export_is_csv_for_spreadsheets(client: TestClient) -> None:
    """UTF-8 with the mark that Excel needs, and the name of a file."""
    put(client, FILE)
    answer = client.get("/v1/rosters/ボランティア/members")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="members.csv"'
    assert answer.content.decode() == "\ufeffemail,name\r\na@x.jp,山田\r\nb@x.jp,鈴木\r\n"


def test_deleted_roster_is_gone(client: TestClient) -> None:
    """204, then 404 for everything below its name."""
    assert client.delete("/v1/rosters/ボランティア").status_code == 204
    assert client.get("/v1/rosters/ボランティア").json()["type"] == "roster-not-found"
    assert client.get("/v1/rosters/ボランティア/members").status_code == 404
    assert client.patch("/v1/rosters/ボランティア", json={}).status_code == 404
    assert client.delete("/v1/rosters/ボランティア").status_code == 404
    assert put(client, FILE).status_code == 404


def test_odd_names_in_the_path_are_unknown(client: TestClient) -> None:
    """NUL and broken UTF-8 in a path are no roster, and no error of ours."""
    for name in ("%00", "%ff%fe", "%20", "a%0Ab"):
        assert client.get(f"/v1/rosters/{name}").status_code == 404
