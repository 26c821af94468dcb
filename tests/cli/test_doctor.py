"""`atesaki doctor`: what is wrong, in which file and line, and how to mend it."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert, text, update
from tests.policies.files import changed
from tests.server import running_server

from atesaki import __version__
from atesaki.cli.diagnosis import Diagnosis
from atesaki.cli.examination import clock, examine
from atesaki.journal.key import load_or_create_key, next_key_file
from atesaki.judgement.facts import Organization
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.settings import read_settings
from atesaki.storage.engine import open_store
from atesaki.storage.index_tables import index_names
from atesaki.storage.tables import documents, records


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a server that ran once."""
    place = tmp_path_factory.mktemp("store")
    with running_server(place):
        pass
    return place


def examined(**settings: object) -> dict[str, list[Diagnosis]]:
    """Return the diagnoses by subject; no server is asked for."""
    found: dict[str, list[Diagnosis]] = {}
    for diagnosis in examine(read_settings(port=1, **settings)):
        found.setdefault(diagnosis.subject, []).append(diagnosis)
    return found


def states(found: dict[str, list[Diagnosis]], subject: str) -> set[str]:
    """Return how it stands with one subject."""
    return {diagnosis.state for diagnosis in found[subject]}


def test_healthy_installation_has_no_problem(folder: Path) -> None:
    """All is well, but for the advice to declare the internal domains and to start the server."""
    found = examined(data_dir=folder, public_url="https://guard.example")
    assert "problem" not in {diagnosis.state for each in found.values() for diagnosis in each}
    assert states(found, "organization") == states(found, "server") == {"advice"}
    assert states(found, "journal") == {"ok"}


def test_public_address_below_a_path_is_a_problem(folder: Path) -> None:
    """The pages lead to paths of the whole host, and the provider's answer would arrive nowhere."""
    (found,) = examined(data_dir=folder, public_url="https://intra.example/atesaki")["address"]
    assert (found.state, "/atesaki" in found.sentence) == ("problem", True)


def test_signing_keys_that_can_not_be_had_are_a_problem(folder: Path) -> None:
    """Without them every sender stays claimed, and nobody would notice."""
    guid = "11111111-2222-4333-8444-555555555555"
    asked = {"entra_tenants": guid, "entra_audiences": guid, "entra_authority": "https://127.0.0.1:1"}
    found = examined(data_dir=folder, **asked)["entra"]
    assert [diagnosis.state for diagnosis in found] == ["problem", "advice"]
    assert "URLError" in found[0].sentence
    assert "ATESAKI_PUBLIC_URL" in found[1].mend


def test_google_s_keys_that_can_not_be_had_are_a_problem(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The add-on would tell everybody that nothing was checked."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    addon = {"gmail_addon_client_id": "1234", "gmail_addon_service_account": "service@google.example"}
    found = examined(data_dir=folder, public_url="https://x.example", **addon)["google"]
    assert [diagnosis.state for diagnosis in found] == ["problem", "advice"]
    assert "ATESAKI_GOOGLE_HOSTED_DOMAINS" in found[1].mend


def test_nothing_is_created_by_looking(tmp_path: Path) -> None:
    """A doctor doesn't operate."""
    found = examined(data_dir=tmp_path / "none")
    assert states(found, "store") == {"advice"}
    assert not (tmp_path / "none").exists()


def test_broken_policy_file_is_named_with_its_line(tmp_path: Path) -> None:
    """The admin opens the file at the place."""
    for file in shipped_folder().glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "truncated.yaml").write_text("id: truncated\nrules: nonsense\n")
    [diagnosis] = examined(policy_dir=tmp_path, data_dir=tmp_path / "none")["policies"]
    assert (diagnosis.state, diagnosis.sentence.split(" ")[0]) == ("problem", "truncated.yaml:1:1:")


def test_address_without_encryption_is_a_problem(tmp_path: Path) -> None:
    """Keys and addresses must not travel in the open; on the same machine they don't travel."""
    place = {"data_dir": tmp_path / "none"}
    assert states(examined(public_url="http://guard.example", **place), "address") == {"problem"}
    assert states(examined(public_url="http://127.0.0.1:8765", **place), "address") == {"ok"}
    assert states(examined(host="0.0.0.0", **place), "address") == {"advice"}  # noqa: S104  # It is only looked at.


def test_data_directory_that_others_can_read_is_a_problem(folder: Path) -> None:
    """It holds people's addresses."""
    folder.chmod(0o755)
    assert "problem" in states(examined(data_dir=folder), "data")
    folder.chmod(0o700)


def test_running_server_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own word on readiness counts, and no proxy stands between the two on one machine."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with running_server(tmp_path) as server:
        settings = read_settings(data_dir=tmp_path, port=int(server.base_url.rsplit(":", 1)[1]))
        [diagnosis] = [each for each in examine(settings) if each.subject == "server"]
    assert diagnosis.state == "ok"


def test_internal_domain_that_strangers_share_is_a_problem(tmp_path: Path) -> None:
    """A store of an older version may name a mailbox provider, which the judgement leaves out in silence."""
    store = open_store(tmp_path)
    body = msgspec.json.encode(Organization(internal_domains=("hall.example", "gmail.com"))).decode()
    with store.write() as connection:
        connection.execute(insert(documents).values(name="organization", revision=1, body=body, updated_at=0))
    store.close()
    [diagnosis] = examined(data_dir=tmp_path)["organization"]
    assert diagnosis.state == "problem"
    assert "gmail.com" in diagnosis.sentence


def test_domain_of_the_settings_that_the_store_passes_by_is_advice(tmp_path: Path) -> None:
    """Whoever adds a town to the settings of a running installation would wait for it for ever."""
    domains = ("hall.example", "office.hall.example", "town.example")
    assert "ATESAKI_INTERNAL_DOMAINS" not in _organization_of(tmp_path / "new", domains, revision=0)
    told = _organization_of(tmp_path / "old", domains, revision=1)
    assert "ATESAKI_INTERNAL_DOMAINS names town.example, which" in told


def _organization_of(folder: Path, domains: tuple[str, ...], revision: int) -> str:
    folder.mkdir()
    store = open_store(folder)
    body = msgspec.json.encode(Organization(internal_domains=("hall.example",))).decode()
    with store.write() as connection:
        if revision:
            connection.execute(
                insert(documents).values(name="organization", revision=revision, body=body, updated_at=0)
            )
    store.close()
    found = examined(data_dir=folder, internal_domains=domains).get("organization", [])
    return " ".join(diagnosis.sentence for diagnosis in found)


def test_what_ends_soon_is_advice(tmp_path: Path) -> None:
    """An exemption is extended before people are stopped, not afterwards."""
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=9)
    way_out = f"    exemptions: [{{owner: Sato, why: x, until: {until}, when: {{item: message}}}}]\n    action: warn\n"
    store = open_store(tmp_path)
    RevisionStore(store).add("0", changed("    action: warn\n", way_out), "kato@hall.example", "")
    store.close()
    [advice] = [each for each in examined(data_dir=tmp_path)["policies"] if each.state == "advice"]
    assert advice.sentence == f"1 end within 30 days: exemption strangers.three on {until}."


def test_clock_that_ran_backwards_is_a_problem(folder: Path) -> None:
    """Records from the future mean that times can't be trusted."""
    store = open_store(folder)
    assert clock(store, dt.datetime.now(dt.UTC)).state == "ok"
    assert clock(store, dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)).state == "problem"
    store.close()


def test_changed_record_is_a_problem_that_names_it(tmp_path: Path) -> None:
    """Whoever rewrites the journal is found by the usual look."""
    with running_server(tmp_path):
        pass
    store = open_store(tmp_path)
    with store.write() as connection:
        connection.execute(update(records).values(kind="policy.forgotten"))
    store.close()
    [diagnosis] = examined(data_dir=tmp_path)["journal"]
    assert diagnosis.state == "problem"
    assert "position 0" in diagnosis.sentence


def _lost(key: Path) -> None:
    key.unlink()


def _spoilt(key: Path) -> None:
    key.write_text("no key")


def _another(key: Path) -> None:
    key.unlink()
    load_or_create_key(key)


def _half_changed(key: Path) -> None:
    shutil.copy(key, next_key_file(key))


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (_lost, "is missing"),
        (_spoilt, "no unencrypted PEM"),
        (_another, "another one"),
        (_half_changed, "was interrupted"),
    ],
)
def test_signing_key_that_is_not_the_journal_s_is_a_problem(
    folder: Path, tmp_path: Path, spoil: Callable[[Path], None], word: str
) -> None:
    """Else the next start goes on with a key that no auditor knows, or does not start at all."""
    shutil.copytree(folder, tmp_path / "store")
    key = tmp_path / "store" / "journal.key"
    assert "key" not in examined(data_dir=key.parent)
    spoil(key)
    [found] = examined(data_dir=key.parent)["key"]
    assert (found.state, word in found.sentence) == ("problem", True)


def test_unreadable_store_is_a_problem(tmp_path: Path) -> None:
    """A file that is no database is said to be none."""
    (tmp_path / "atesaki.db").write_text("not a database at all, just text that is long enough to be read as one" * 20)
    assert states(examined(data_dir=tmp_path), "store") == {"problem"}


def test_a_store_of_a_newer_version_is_no_mistaken_address(tmp_path: Path) -> None:
    """Whoever went back to an older program must not move the data directory about."""
    store = open_store(tmp_path)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'm9999'"))
    store.close()
    [diagnosis] = examined(data_dir=tmp_path)["store"]
    assert "written by a newer version" in diagnosis.sentence
    assert f"This is version {__version__}" in diagnosis.mend
    assert "ATESAKI_DATA_DIR" not in diagnosis.mend


def test_certificates_that_can_not_be_read_are_said_so(folder: Path) -> None:
    """The server does not start with them, and sends here."""
    found = examined(data_dir=folder, feed_ca_file=folder / "none.pem")["feed"]
    assert [(each.state, "ATESAKI_FEED_CA_FILE" in each.sentence) for each in found] == [("problem", True)]


def test_figures_of_a_former_time_zone_are_said_so(tmp_path: Path) -> None:
    """Until they are counted anew, days of two zones stand side by side."""
    with running_server(tmp_path):
        pass
    assert "figures" not in examined(data_dir=tmp_path)
    store = open_store(tmp_path)
    with store.write() as connection:
        connection.execute(insert(index_names).values(kind="zone", name="America/Havana"))
    store.close()
    [found] = examined(data_dir=tmp_path)["figures"]
    assert (found.state, "America/Havana" in found.sentence) == ("advice", True)
