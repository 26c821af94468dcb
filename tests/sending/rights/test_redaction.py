"""One person is found in every spelling and taken out of a blob; everybody else stays as they are."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.sending.rights.errors import RightsInvalid
from atesaki.sending.rights.redaction import mentions, names_in, redacted
from atesaki.sending.rights.whom import ERASED, Whom

HANA = Whom("hana.v01@gmail.com")


def _without(content: dict[str, Any], whom: Whom = HANA) -> dict[str, Any]:
    cleaned: dict[str, Any] = msgspec.json.decode(redacted(msgspec.json.encode(content), whom))
    return cleaned


@pytest.mark.parametrize(
    "text",
    [
        "hana.v01@gmail.com",
        "HANA.V01@GMAIL.COM",
        "hanav01+class@googlemail.com",
        "ｈａｎａｖ０１＠ｇｍａｉｌ．ｃｏｍ",
        "山田 花 <hana.v01@gmail.com>",
        "連絡先はhana.v01@gmail.comです。",
        "See hana.v01@gmail.com.",
        "claimed hana.v01@gmail.com",
        "local:hana.v01@gmail.com",
        "（hana.v01@gmail.com）",
        "'hana.v01@gmail.com'",
        "ha\u200bna.v01@gmail.com",
    ],
)
def test_every_spelling_of_an_address_is_found_and_taken_out(text: str) -> None:
    """Case, tags, Gmail's dots, full-width letters, sentences around it."""
    assert HANA.is_in(text)
    assert HANA.may_be_in(msgspec.json.encode({"subject": text}))
    assert not HANA.is_in(HANA.without(text))
    assert "v01" not in HANA.without(text)


@pytest.mark.parametrize("text", ["xhana.v01@gmail.com", "hana.v01@gmail.com.example", "v01@gmail.com", "hana", ""])
def test_somebody_else_is_not_taken_for_them(text: str) -> None:
    """A longer or shorter address is another one."""
    assert not HANA.is_in(text)
    assert HANA.without(text) == text


def test_an_entry_goes_and_the_places_of_the_evidence_are_counted_anew() -> None:
    """The second of three recipients is gone; the third is now the second."""
    people = [{"address": "a@x.jp"}, {"address": "Hana.v01@gmail.com", "name": "山田 花"}]
    content = {"to": people, "cc": [{"address": "c@x.jp"}], "bcc": [], "evidence": {"p.r": [0, 1, 2]}}
    cleaned = _without({**content, "fingerprint": "f"})
    assert cleaned["to"] == [{"address": "a@x.jp"}]
    assert cleaned["cc"] == [{"address": "c@x.jp"}]
    assert cleaned["evidence"] == {"p.r": [0, 1]}
    assert (cleaned["erased"], cleaned["fingerprint"]) == (1, None)


def test_an_entry_goes_out_of_columns_as_out_of_a_list() -> None:
    """What is left is written as a list."""
    cc = {"addresses": ["c@x.jp", "hana.v01@gmail.com", "d@x.jp"], "names": [None, "山田 花", "D"]}
    content = {"to": {"addresses": ["a@x.jp"]}, "cc": cc, "bcc": {"addresses": []}, "evidence": {"p.r": "0,2-3"}}
    assert _without(content) == {
        "to": [{"address": "a@x.jp"}],
        "cc": [{"address": "c@x.jp"}, {"address": "d@x.jp", "name": "D"}],
        "bcc": [],
        "evidence": {"p.r": [0, 2]},
        "erased": 1,
    }


def test_what_is_json_but_no_object_is_read_all_the_same() -> None:
    """Somebody altered it; an address in it may be written with escapes."""
    blob = b'["hana.v01\\u0040gmail.com", 7]'
    assert msgspec.json.decode(redacted(blob, HANA)) == [ERASED, 7]


def test_a_sender_leaves_nothing_that_names_them() -> None:
    """Their identity names them as well as their address does."""
    content = {
        "sender": {"address": "hana.v01@gmail.com", "name": "Hana"},
        "sender_key": "google:123 hana.v01@gmail.com",
        "identity": {"provider": "google", "subject": "123", "address": None},
        "to": [{"address": "a@x.jp"}],
    }
    cleaned = _without(content)
    assert cleaned["sender"] == {"address": ERASED}
    assert (cleaned["sender_key"], cleaned["identity"]) == (ERASED, None)
    assert cleaned["to"] == content["to"]


def test_a_name_is_taken_out_of_other_texts_with_or_without_its_blank() -> None:
    """The subject and a file's name may say who it is."""
    whom = HANA.also_named(["山田 花"])
    content = {"subject": "山田花様へ", "attachments": ["山田　花_履歴書.pdf"], "justification": "Yamada agreed"}
    cleaned = _without(content, whom)
    assert cleaned["subject"] == f"{ERASED}様へ"
    assert cleaned["attachments"] == [f"{ERASED}_履歴書.pdf"]
    assert cleaned["justification"] == "Yamada agreed"


def test_a_name_damages_nobody_else_and_no_key() -> None:
    """Whoever has the same letters in their address or name stays as they are; so do hashes and names of fields."""
    whom = Whom("anna@x.jp", ["Anna", "To", "山田"])
    others = [{"address": "anna.b@y.jp", "name": "Johanna"}, {"address": "山田@例え.jp", "name": "山田 花"}]
    content = {"sender_key": "f00anna", "to": [{"address": "anna@x.jp"}, *others], "words": {"free.anna": ["anna"]}}
    cleaned = _without({**content, "changed": ["anna.b@y.jp", "山田@例え.jp"], "author": "Anna, johanna@z.jp"}, whom)
    assert cleaned["to"] == others
    assert cleaned["changed"] == [each["address"] for each in others]
    assert (cleaned["sender_key"], cleaned["words"]) == ("f00anna", {"free.anna": [ERASED]})
    assert cleaned["author"] == f"{ERASED}, johanna@z.jp"


def test_a_name_of_two_letters_is_no_part_of_other_words() -> None:
    """Al is not in "also"; in Japanese there are no blanks between words, so there a name is looked for anywhere."""
    whom = Whom("al@x.jp", ["Al", "林"])
    assert whom.without("Also for Al, AL") == f"Also for {ERASED}, {ERASED}"
    assert Whom("l@x.jp", ["小林"]).without("担当小林です") == f"担当{ERASED}です"


def test_mentions_name_the_place_and_the_display_name() -> None:
    """A report can say where somebody stands; a name that is the address again is none."""
    people = [{"address": "hana.v01@gmail.com", "name": "山田 花"}, {"address": "hanav01@gmail.com", "name": "x@y.jp"}]
    found = mentions(msgspec.json.encode({"to": people, "author": "hana.v01@gmail.com"}), HANA)
    assert [(each.place, each.name) for each in found] == [("to", "山田 花"), ("to", "x@y.jp"), ("author", None)]
    assert names_in(found) == {"山田 花"}


def test_nothing_is_found_where_nothing_is() -> None:
    """A blob about others is left alone without being read."""
    assert mentions(b'{"to":[{"address":"a@x.jp"}]}', HANA) == []


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("a@例え.jp", "a@例え.jp"),
        ("a@例え.jp", "a@xn--r8jz45g.jp"),
        ("strasse@x.jp", "Straße@x.jp"),
        ('"a b"@x.jp', '"a b"@x.jp'),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
        ("花@x.jp", "花@x.jp"),
    ],
)
def test_a_quick_look_overlooks_nobody(address: str, text: str) -> None:
    """International domains, letters that fold to several, quoted local parts, numbers instead of domains."""
    assert mentions(msgspec.json.encode({"to": [{"address": text}], "subject": "件名"}), Whom(address))


def test_a_text_that_is_no_address_is_refused() -> None:
    """Nobody can be found by half a name."""
    with pytest.raises(RightsInvalid):
        Whom("Hana")


_OTHERS = ["a@x.jp", "hana.v02@gmail.com", "v01@gmail.com", "山田@例え.jp", "not an address", ""]
_HERS = ["hana.v01@gmail.com", "HanaV01+a@googlemail.com", "山田 花 <hana.v01@gmail.com>"]
_PEOPLE = st.lists(st.fixed_dictionaries({"address": st.sampled_from([*_OTHERS, *_HERS])}), max_size=6)


@given(to=_PEOPLE, cc=_PEOPLE, bcc=_PEOPLE, data=st.data())
def test_whoever_stands_where_only_she_is_taken_out(
    to: list[dict[str, str]], cc: list[dict[str, str]], bcc: list[dict[str, str]], data: st.DataObject
) -> None:
    """Others keep their order, the evidence names the same people as before without her, and nothing finds her."""
    everyone = [*to, *cc, *bcc]
    places = data.draw(st.lists(st.sampled_from(range(len(everyone))), unique=True)) if everyone else []
    blob = msgspec.json.encode({"to": to, "cc": cc, "bcc": bcc, "evidence": {"p.r": places}})
    cleaned = msgspec.json.decode(redacted(blob, HANA))
    left = [each["address"] for each in (*cleaned["to"], *cleaned["cc"], *cleaned["bcc"])]
    assert left == [each["address"] for each in everyone if each["address"] not in _HERS]
    named = [everyone[place]["address"] for place in places]
    assert [left[place] for place in cleaned["evidence"]["p.r"]] == [text for text in named if text not in _HERS]
    assert mentions(redacted(blob, HANA), HANA) == []
