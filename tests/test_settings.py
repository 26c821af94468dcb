"""Settings: read once, and a bad value is one sentence that repeats no secret."""

from pathlib import Path

import pytest

from atesaki.settings import SettingsError, read_settings


def test_environment_is_read_and_flags_win(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag says what is wanted now, the environment what is usual."""
    monkeypatch.setenv("ATESAKI_PORT", "9000")
    monkeypatch.setenv("ATESAKI_HOST", "::1")
    settings = read_settings(port="9001", host=None)
    assert (settings.host, settings.port) == ("::1", 9001)


def test_variable_that_is_empty_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files and CI write `ATESAKI_DATABASE_URL=` for what nobody has set."""
    monkeypatch.setenv("ATESAKI_DATABASE_URL", "")
    monkeypatch.setenv("ATESAKI_PORT", "")
    settings = read_settings()
    assert (settings.database_url, settings.port) == (None, 8765)


def test_lists_are_separated_by_commas() -> None:
    """Two keys while one replaces the other."""
    settings = read_settings(internal_domains="hall.example, city.example", deployment_keys=f"{'a' * 16},{'b' * 16}")
    assert settings.internal_domains == ("hall.example", "city.example")
    assert [key.get_secret_value() for key in settings.deployment_keys] == ["a" * 16, "b" * 16]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://Mail.Example.org:443", "https://mail.example.org"),
        ("http://localhost:80", "http://localhost"),
        ("https://mail.example.org:8443", "https://mail.example.org:8443"),
    ],
)
def test_an_origin_is_compared_as_browsers_send_it(written: str, sent: str) -> None:
    """Else a page whose origin is named may call nothing, and nobody sees why."""
    assert read_settings(cors_origins=written).cors_origins == (sent,)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "eighty"),
        ("port", "70000"),
        ("deployment_keys", "short"),
        ("deployment_keys", ",".join(letter * 20 for letter in "abc")),
        ("deployment_keys", "schlüssel-0123456789"),
        ("admin_token", "hunter2"),
        ("admin_token", "管理者-0123456789abcd"),
        ("metrics_token", "0123456789abcdef "),
        ("internal_domains", "hall.example,us@hall"),
        ("public_url", "hall.example"),
        ("cors_origins", "*"),
        ("locale", "fr"),
        ("retention_days", "0"),
        ("rate_per_key", "nan"),
        ("checkpoint_seconds", "3600"),
        ("workers", "0"),
        ("entra_tenants", "common"),
        ("entra_audiences", "https://guard.example"),
        ("entra_authority", "http://login.example"),
    ],
)
def test_bad_value_is_one_sentence_that_names_its_variable(name: str, value: str) -> None:
    """Whoever made the mistake reads which variable, and no secret ends up on a screen."""
    with pytest.raises(SettingsError) as caught:
        read_settings(**{name: value})
    assert caught.value.field == name
    assert caught.value.detail.startswith(f"ATESAKI_{name.upper()} can't be used: ")
    assert value not in caught.value.detail or len(value) < 5


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("admin_token", "hunter2", "it needs at least 16 characters"),
        ("deployment_keys", "short", "it needs at least 16 characters"),
        ("deployment_keys", ",".join(letter * 20 for letter in "abc"), "it has at most 2 values"),
        ("public_url", "guard.example", "it must look like https://guard.example.org"),
        ("smtp_url", "mail.example", "it must look like smtp://mail.example.org:587"),
        ("feed_syslog", "tls://siem.example:99999", "its port is a number from 1 to 65535"),
        ("smtp_url", "smtp://mail.example:0", "its port is a number from 1 to 65535"),
        ("feed_webhook_url", "https://siem.example:port/", "its port is a number from 1 to 65535"),
        ("feed_webhook_url", "https://siem..example/", "its host is a name such as siem.example.org"),
        ("feed_webhook_url", "https://受信.example/", "it is written in ASCII"),
        ("checkpoint_webhook_url", "https://me:secret@siem.example/", "it holds no user and no password"),
        ("internal_domains", "us@hall", "a domain looks like example.co.jp: labels of letters, digits and hyphens"),
    ],
)
def test_sentence_tells_what_to_type(name: str, value: str, sentence: str) -> None:
    """Nobody has to read a pattern, or what a validator calls a text."""
    with pytest.raises(SettingsError) as caught:
        read_settings(**{name: value})
    assert f"can't be used: {sentence}" in caught.value.detail


def test_more_workers_need_postgresql() -> None:
    """SQLite has exactly one writing process, whatever its folder is called, and whoever asks for more is told."""
    for folder in ("data", "postgres-data"):
        with pytest.raises(SettingsError, match="More than one worker needs PostgreSQL"):
            read_settings(workers=2, data_dir=folder)
    assert read_settings(workers=2, database_url="postgresql://db/atesaki").workers == 2


def test_store_is_the_database_where_one_is_named(tmp_path: Path) -> None:
    """The data directory stays for the journal's key."""
    assert read_settings(data_dir=tmp_path).store_address == tmp_path
    assert read_settings(database_url="postgresql://db/a").store_address == "postgresql://db/a"


def test_mail_needs_a_server_and_links_an_address() -> None:
    """Else the start would succeed, and nobody would ever be told of a check that waits."""
    for name in ("checkpoint_mail_to", "second_check_mail_to"):
        with pytest.raises(SettingsError, match="ATESAKI_SMTP_URL and ATESAKI_SMTP_FROM"):
            read_settings(smtp_from="a@hall.example", **{name: "b@hall.example"})
    mailed = {"smtp_url": "smtps://mail.hall.example", "smtp_from": "a@hall.example"}
    with pytest.raises(SettingsError, match="ATESAKI_PUBLIC_URL"):
        read_settings(second_check_mail_to="b@hall.example", **mailed)


def test_tenants_need_the_client_id_of_the_registration() -> None:
    """Without it a token for any program of the tenant would have to be taken, or none at all."""
    guid = "AAAAAAAA-2222-4333-8444-555555555555"
    for audiences in ("", f"api://guard.example/{guid}"):
        with pytest.raises(SettingsError, match="must hold the client id"):
            read_settings(entra_tenants=guid, entra_audiences=audiences)
    settings = read_settings(entra_tenants=guid, entra_audiences=f"api://guard.example/{guid}, {guid}")
    assert settings.entra_tenants == (guid.lower(),)
    assert settings.entra_client_id == guid.lower()
