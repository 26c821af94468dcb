"""The words of a report for the person whom it is about, in Japanese and English."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from atesaki.console.rights.words import KINDS, PLACES
from atesaki.console.shell.text import translations
from atesaki.judgement.explain import Locale
from atesaki.policies.in_words import name as named
from atesaki.sending.rights.report import HeldRecord, Membership, Report

_WORDS: Final[Mapping[Locale, Mapping[str, str]]] = {
    "en": {
        "title": "What is held about {address}",
        "made": "Made {at}. {how}",
        "thorough": "The whole journal was read for it.",
        "quick": "Decisions were found by the index; --thorough reads the whole journal.",
        "nothing": "Nothing is held about this address.",
        "records": "Records of the journal: {count}",
        "record": "{at}  {kind}  {subject}  ({places}; {until})",
        "until": "kept until {at}",
        "redacted": "redacted before",
        "more": "… and {count} more",
        "rosters": "Rosters",
        "roster": "“{roster}” ({handling}), for: {purpose}; kept by: {owner}; written as {name}{address}",
        "correspondents": "Entries, as a keyed hash, among who has mailed whom: {count}",
        "accounts": "Account for the console: {names}",
        "sessions": "Sessions of the console now: {count}",
        "links": "Invitations and links for a new password: {count}",
        "authored": "Changes of which they are named as the author: {count}",
        "answers": "Answers that are kept some minutes for a retry: {count}",
        "uploads": "Uploaded roster files that wait for their import: {count}",
        "trials": "Mails that an admin tried and kept as a link: {count}",
        "policies": "Named in rules ({where}): {files}",
        "holds": "Legal holds, for which nothing may be erased: {count}",
        "erasures": "An erasure has been asked for.",
        "elsewhere": "All rows in which the address stands, by table and column",
    },
    "ja": {
        "title": "{address} について保有している情報",
        "made": "作成: {at}。{how}",
        "thorough": "記録の全件を調べました。",
        "quick": "判定は索引で探しました。全件を調べるには --thorough を付けます。",
        "nothing": "このアドレスについて保有している情報はありません。",
        "records": "記録: {count} 件",
        "record": "{at}  {kind}  {subject}  ({places}; {until})",
        "until": "{at} まで保存",
        "redacted": "一部消去済み",
        "more": "… ほか {count} 件",
        "rosters": "名簿",
        "roster": "「{roster}」（{handling}）、使いみち: {purpose}、担当者: {owner}、登録: {name}{address}",
        "correspondents": "送信の履歴に、鍵付きハッシュとして {count} 件あります。",
        "accounts": "管理画面のアカウント: {names}",
        "sessions": "管理画面にサインイン中: {count} 件",
        "links": "招待とパスワード再設定のリンク: {count} 件",
        "authored": "変更した人としての記名: {count} 件",
        "answers": "再送に備えて数分間だけ保存している回答: {count} 件",
        "uploads": "取り込み待ちの名簿ファイル: {count} 件",
        "trials": "管理者が試してリンクとして残したメール: {count} 件",
        "policies": "ルールに記載あり ({where}): {files}",
        "holds": "訴訟等のための保全が {count} 件あるため、消去できません。",
        "erasures": "消去が申請されています。",
        "elsewhere": "アドレスが入っている行の数 (表と列ごと)",
    },
}

_COUNTED: Final = (
    "correspondents",
    "sessions",
    "links",
    "authored",
    "answers",
    "uploads",
    "trials",
    "holds",
    "erasures",
)


def in_words(report: Report, locale: Locale, zone: dt.tzinfo) -> Iterator[str]:
    """Give the lines of a report; its moments are those of the clocks in a time zone."""
    words = _WORDS[locale]
    how = words["thorough" if report.thorough else "quick"]
    yield words["title"].format(address=report.address)
    yield words["made"].format(at=f"{report.made_at.astimezone(zone):%Y-%m-%d %H:%M} ({zone})", how=how)
    if report.nothing:
        yield words["nothing"]
        return
    yield from _records(report, words, locale, zone)
    yield from _listed(words["rosters"], [_roster(each, words, locale) for each in report.rosters])
    yield from _counted(report, words)
    yield from _listed(words["elsewhere"], [f"{name}: {count:,}" for name, count in sorted(report.elsewhere.items())])


def _records(report: Report, words: Mapping[str, str], locale: Locale, zone: dt.tzinfo) -> Iterator[str]:
    if not report.record_count:
        return
    yield f"\n{words['records'].format(count=f'{report.record_count:,}')}"
    yield from (f"  {_record(each, words, locale, zone)}" for each in report.records)
    if rest := report.record_count - len(report.records):
        yield f"  {words['more'].format(count=f'{rest:,}')}"


def _record(record: HeldRecord, words: Mapping[str, str], locale: Locale, zone: dt.tzinfo) -> str:
    say = translations(locale).gettext
    until = "–" if record.expires_at is None else f"{record.expires_at.astimezone(zone):%Y-%m-%d}"
    kept = words["until"].format(at=until) + (f", {words['redacted']}" if record.redacted else "")
    places = ", ".join(
        f"{say(PLACES.get(each.place, each.place))}: {each.name + ' ' if each.name else ''}{each.text}"
        for each in record.written
    )
    at = f"{record.recorded_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return words["record"].format(
        at=at, kind=say(KINDS.get(record.kind, record.kind)), subject=record.subject, places=places, until=kept
    )


def _roster(membership: Membership, words: Mapping[str, str], locale: Locale) -> str:
    name = f"{membership.name} " if membership.name else ""
    fields = {each: getattr(membership, each) for each in ("roster", "purpose", "owner", "address")}
    return words["roster"].format(name=name, handling=named(membership.handling, locale), **fields)


def _counted(report: Report, words: Mapping[str, str]) -> Iterator[str]:
    if report.accounts:
        yield words["accounts"].format(names=", ".join(report.accounts))
    for name in _COUNTED:
        if count := getattr(report, name):
            yield words[name].format(count=f"{count:,}")
    for where, files in report.policies.items():
        yield words["policies"].format(where=where, files=", ".join(files))


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"\n{title}"
        yield from (f"  {line}" for line in lines)
