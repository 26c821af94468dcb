"""Rules in plain words: every key of the language has its sentence, in Japanese and English."""

import datetime as dt

import msgspec
import pytest
from tests.policies.files import POLICY
from tests.policies.test_readme import structs, words

from atesaki.judgement.conditions import Condition
from atesaki.judgement.conditions.condition import RecipientFilter
from atesaki.judgement.policy import Policy
from atesaki.policies.document import Document
from atesaki.policies.in_words import Clause, condition_in_words, does, in_brief, lasts, name
from atesaki.policies.in_words.conditions import SAYING
from atesaki.policies.in_words.recipients import SAYING as ABOUT_RECIPIENTS
from atesaki.policies.shape import read_document


def said(condition: dict[str, object], locale: str = "en") -> str:
    """Return a condition in words, what it combines in brackets."""
    clauses = condition_in_words(msgspec.convert(condition, Condition), locale)  # type: ignore[arg-type]
    return "; ".join(map(flat, clauses))


def flat(clause: Clause) -> str:
    """Return a clause on one line."""
    return clause.text + (f" ({'; '.join(map(flat, clause.parts))})" if clause.parts else "")


SENTENCES: dict[str, tuple[dict[str, object], str, str]] = {
    "strangers": (
        {"recipients": {"visible": True, "audience": "external", "at_least": 10, "organizations": {"at_least": 5}}},
        "at least 10 visible outside recipients of at least 5 outside organizations",
        "宛先か CC に見えている、外部の宛先が 10 件以上、外部の組織が 5 以上",
    ),
    "one": (
        {"recipients": {"look_alike": True}},
        *(
            "at least 1 recipient whose domain resembles a known one and is not it",
            "よく似た別のドメインの宛先が 1 件以上",
        ),
    ),
    "ending": (
        {"recipients": {"look_alike": "other_ending"}},
        *(
            "at least 1 recipient whose domain differs from ours or a partner's only in its ending",
            "こちらか連携先と末尾だけが違うドメインの宛先が 1 件以上",
        ),
    ),
    "roster": (
        {"recipients": {"in_roster": {"handling": "protected", "name": "volunteers"}, "fields": ["to", "cc"]}},
        "at least 1 recipient in To or Cc on the protected roster “volunteers”",
        "宛先 (To)かCCの、扱いが「保護」の名簿「volunteers」に載っている宛先が 1 件以上",
    ),
    "share": (
        {"recipients": {"in_roster": True, "share": {"at_least": 0.5}, "free_mail": False}},
        (
            "at least 1 recipient on any roster not at a free-mail provider or mobile carrier"
            " making up at least 50% of all recipients"
        ),
        "いずれかの名簿に載っている、フリーメールや携帯メールでない宛先が 1 件以上、宛先全体の 50% 以上",
    ),
    "exposure": (
        {"exposure": {"disclosures": {"at_least": 60}, "people": {"at_least": 10}}},
        (
            "outsiders would learn at least 60 addresses of each other in all,"
            " and at least 10 people would learn addresses"
        ),
        "互いのアドレスを知る組み合わせが 60 以上、かつ他人のアドレスを知る人が 10 人以上",
    ),
    "subject": (
        {"subject": {"contains": ["社外秘", "secret", "x"], "matches": ["A[0-9]+"]}},
        "the subject contains “社外秘”, “secret” or “x” or matches the pattern “A[0-9]+”",
        "件名が「社外秘」か「secret」か「x」を含む、またはパターン「A[0-9]+」に合う",
    ),
    "empty": ({"body": {"empty": False}}, "the text is not empty", "本文が空でない"),
    "attachments": (
        {"attachments": {"any": True, "name": ["名簿*"], "extension": ["xlsx"], "size": {"at_least": 1000}}},
        (
            "there is an attachment, and an attachment is named “名簿*”, and an attachment is of the type “xlsx”,"
            " and the attachments have at least 1,000 bytes"
        ),
        (
            "添付ファイルがある、かつ名前が「名簿*」の添付ファイルがある、"
            "かつ種類が「xlsx」の添付ファイルがある、かつ添付ファイルが合わせて 1,000 バイト以上"
        ),
    ),
    "sender": (
        {"sender": {"addresses": ["a@x.example"], "groups": ["interns"]}},
        "the sender is “a@x.example”, and the sender is in the group “interns”",
        "差出人が「a@x.example」、かつ差出人がグループ「interns」の人",
    ),
    "thread": (
        {"thread": {"kind": ["reply_all", "forward"], "known": True}},
        "it is a reply to all or forwarded message, and who was in the conversation is known",
        "全員に返信か転送のメールで、元のメールの宛先が分かっている",
    ),
    "item and time": (
        {"item": "appointment", "time": {"outside_office_hours": True, "holidays": True}},
        "it is a meeting; it is sent outside office hours or on a holiday",
        "会議の案内である; 業務時間外か休日に送る",
    ),
    "combined": (
        {
            "any": [{"truncated": True}, {"greeting_mismatch": True, "item": "message"}],
            "not": {"body": {"empty": True}},
        },
        (
            "any of these holds (the mail program did not hand over everything; all of these hold (it is a message;"
            " the text greets somebody who is not among the recipients)); this does not hold (the text is empty)"
        ),
        (
            "次のどれかに当てはまる (メールの一部を読み取れなかった; 次のすべてに当てはまる (メールである;"
            " 本文の宛名の人が宛先にいない)); 次に当てはまらない (本文が空)"
        ),
    ),
}


@pytest.mark.parametrize(("condition", "english", "japanese"), SENTENCES.values(), ids=SENTENCES.keys())
def test_a_condition_is_said_in_both_languages(condition: dict[str, object], english: str, japanese: str) -> None:
    """As somebody would say it who reads no YAML."""
    assert said(condition) == english
    assert said(condition, "ja") == japanese


def test_every_key_has_its_sentence() -> None:
    """A new key is shown as it is written until somebody says it, and this test asks for that."""
    combining = {"all", "any", "not"}
    assert {field.encode_name for field in msgspec.structs.fields(Condition)} - combining == SAYING.keys()
    assert set(RecipientFilter.__struct_fields__) == ABOUT_RECIPIENTS.keys()


def test_every_fixed_value_has_a_name_in_both_languages() -> None:
    """No underscore is read by staff."""
    values = {
        value for struct in structs(Policy) for field in msgspec.structs.fields(struct) for value in words(field.type)
    }
    assert {value for value in values if name(value, "ja") == value} == set()
    assert {value for value in values if "_" in name(value, "en")} == set()


def test_a_rule_says_what_it_does() -> None:
    """Action and release, the default one too."""
    [rule] = read_document(Document("strangers.yaml", POLICY), Policy).rules
    assert does(rule, "en") == "warn, can be sent after a tick"
    assert does(rule, "ja") == "警告する、確認のチェックで送信できる"


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("mode: enforce", "enforced"),
        ("mode: simulate", "simulated"),
        ("mode: off", "off"),
        ("active: {from: 2026-12-01}", "later"),
        ("active: {until: 2026-11-26}", "over"),
        ("active: {from: 2026-11-27, until: 2026-11-27}", "enforced"),
    ],
)
def test_a_rule_says_how_it_stands_today(key: str, state: str) -> None:
    """Whether it is judged at all, and whether its days have come or gone."""
    text = POLICY.replace("    action:", f"    {key}\n    action:")
    [rule] = read_document(Document("strangers.yaml", text), Policy).rules
    assert lasts(rule, dt.date(2026, 11, 27)).state == state


@pytest.mark.parametrize(
    ("condition", "english", "japanese"),
    [
        ({"truncated": True}, "the mail program did not hand over everything", "メールの一部を読み取れなかった"),
        ({"truncated": True, "not": {"truncated": True}}, "the mail program did not hand over everything …", None),
        ({"any": [{"truncated": True}, {}]}, "the mail program did not hand over everything, or …", None),
        (
            {"all": [{"any": [{"truncated": True}, {}]}, {}]},
            "the mail program did not hand over everything, or …",
            None,
        ),
        ({"any": [{"all": [{"truncated": True}, {}]}, {}]}, None, "メールの一部を読み取れなかった、または …"),
        ({"not": {"truncated": True}}, "this does not hold …", "次に当てはまらない …"),
    ],
)
def test_in_brief_a_rule_tells_what_it_looks_for_first(
    condition: dict[str, object], english: str | None, japanese: str | None
) -> None:
    """The table of all rules has a line for each; “any of these holds” told nothing."""
    read = msgspec.convert(condition, Condition)
    assert english in (None, in_brief(read, "en"))
    assert japanese in (None, in_brief(read, "ja"))
