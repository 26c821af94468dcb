"""Words of the sender's own that speak of an attachment, where no file is attached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import re2

from atesaki.judgement.conditions.text import normalized, pattern_search

if TYPE_CHECKING:
    from atesaki.judgement.message import Message

_ENDINGS = r"(?:ております|ています|てます|ました|ます|て|た)?"
_PLEASE = r"(?:ください|下さい|願い)"
_LOOK = r"(?:ご?(?:確認|参照|覧|査収|記入|一読|高覧|活用)|お目通し)"
_JAPANESE = (
    rf"添付(?:いたし|致し|し){_ENDINGS}|添付申し上げ(?:ます|ました)?|添付させ(?:ていただきま(?:した|す))?",
    r"添付(?:の|ファイル|資料|データ|にて|で(?:お送り|送)|を?ご(?:確認|参照|覧|査収))|添付(?:書類)?:|[【\[(]添付[】\])]",
    # What an application asks for is called 添付書類, too: it takes more to be ours.
    rf"添付[^\s。、(がはもと]{{1,12}}[をに]{_LOOK}|添付を(?:参照|確認|見て)(?:して)?{_PLEASE}|添付書類の(?:とおり|通り)",
    r"添付(?:送付|送信)(?:いたし|致し|し)(?:ます|ました)?",
    r"添付(?:漏れ|もれ|忘れ)[^。\n]{0,20}再(?:送|度お送り)",
    rf"別添|同封(?:いたし|致し|し){_ENDINGS}|同封(?:の|させ(?:ていただきま(?:した|す))?)",
)
_ENGLISH = (
    r"\b(?:I|we)(?:['’]ve| have| am|['’]m| are|['’]re)? (?:also |now |re-?)?(?:attach|enclos)(?:e|ed|ing)?\b",
    r"(?:^|[.!] )attaching\b|\bPFA\b|^attachments?:",
    r"\b(?:is|are|see|find|the) (?:the |your )?(?:attached|enclosed)\b",
    r"\b(?:see|find|in|per|check) (?:the |my |our )?attachments?\b",
    r"\b(?:open|read|review|use) (?:the|my|our) attachments?\b",
    r"\b(?:attached|enclosed) (?:is|are|please|you|the|our|my|for|as|now|below|this|here(?:with|to)?)\b",
    r"\battached[ \t]*(?:[.,;!)–—-]|$)",
)


def _either(*patterns: str) -> str:
    # A mail that was wrapped has breaks where its writer put blanks.
    return "|".join(patterns).replace(" ", r"\s")


_MENTION = pattern_search(f"(?m:{_either(*_JAPANESE, *_ENGLISH)})", ())

_FILES = r"添付(?:の|いただいた|頂いた|された)?(?:ファイル|資料|書類|データ|文書)?"
_WHOLE = r"添付(?:された)?(?:ファイル|資料|書類|文書|物)等?(?:[^等を]|を[^ご]|$)"
_GIVE = r"(?:くださ|下さ|いただ|頂|もら[いうえ]|ほしい|欲しい)"
# Not 開けませんでしたら and ない場合, which speak of what the other may find.
_NO = r"(?:ません(?:でした)?(?:[^らで]|$)|[な無](?:い(?:[^場と]|との|$)|さそう|かった))"
_NOT_THERE = rf"(?:開[けき]|見られ|見当た[りら]|見つから|(?:届いて|[付つ]いて)(?:い|おり)?)?{_NO}|抜けて|漏れて"
_IN_MAIL = r"(?:[^。、\n]{0,15}メール(?:に|の|で(?:お送りした|送った)))"
_CANNOT = r"(?:cannot|can['’]t|(?:could|do|does|did)(?: not|n['’]t)|unable to)"
_WE_CANNOT = rf"(?:^|\b(?:I|we|but) |[.!,] )(?:am |are |was |were )?{_CANNOT}"
_ANSWERS = (
    rf"(?:いただいた|頂いた|頂戴した|くださった|下さった|お送りの|ご送付の|貴信){_FILES}",
    rf"{_FILES}(?:の件)?[をがはも、]?(?:拝見|受領|受け取り|承知|了解|ありがと|{_NOT_THERE})",
    rf"{_FILES}[をがはも、]?確認(?:し|いたし|致し|させていただき)ました",
    rf"{_WE_CANNOT} (?:open|read|find|see|view|get|receive)(?: (?:the|any|an))? attach(?:ment|ed)",
    r"thank(?:s| you) for the attached|you(?:['’]ve| have)? attached|(?:was|were) attached",
    r"the attached \w+ (?:that |which )?you sent|the attachments? (?:that |which )?(?:you|I|we|he|she|they) sent",
)
# The second mail of a pair has the password of a file that came with the first. Where the password is to follow (別途,
# 後ほど, 追って, 次の), is set (設定, かけ) or opens a file (開いて), the file belongs to this mail.
_PASSWORDS = (
    (
        r"(?:添付|別添)(?:解凍する|[^。、\nはす]){0,40}(?:パスワード|PW)"
        r"(?:[はを]?次の(?:通り|とおり)|[^。\n別後追次設か開])*(?:[。\n]|$)"
    ),
    (
        r"\bpasswords? (?:for|to|of)(?: open| unlock)? (?:the|my|our) (?:attached \w+|attachments?)"
        r"(?: (?:in|from|that|to|I|we|you)[^.\n]{0,50})?(?: (?:is|are):? (?:below|as|the|\S*[0-9]|[\"“'‘])|:|\.|$)"
    ),
)
_REQUESTS = (
    rf"添付して(?:おいて)?(?:(?:お送り|[ご御]?(?:送付|返信|返送|提出|応募))(?:して)?)?{_GIVE}",
    rf"(?:添付|同封)(?:し、|して|の(?:うえ|上[、でごお]))(?:まで|[^。\nまるたく]){{0,30}}{_PLEASE}",
    r"(?:申請|申込|申告|届出?|願)書?の添付書類|添付の(?:要否|必要|際)|添付(?:いただ|頂|す)[くる]",
    r"please (?:send|reply|return|respond|e-?mail|submit)[^.\n]{0,30} with [^.\n]{0,30} attached\b",
)
_OF_OTHER_MAIL = (
    rf"(?:先日|前回|昨日|先ほど|先程|以前){_IN_MAIL}?添付(?:し(?:ました|た)|いたしました)?(?:ファイル|資料|書類|データ)",
    rf"(?:先日|前回|昨日|先ほど|先程|以前){_IN_MAIL}?添付(?:した|しました|いたしました)[^。、\s]",
    rf"(?:先日|前回|昨日|先週|先月|以前)(?:お送り|送付)(?:した|しました|いたしました){_FILES}",
    r"(?:後ほど|のちほど|後日|追って)、?添付",
    r"(?:封筒|切手|はがき|ハガキ|葉書)を?同封|同封の(?:返信用)?(?:封筒|切手|はがき|ハガキ|葉書)|(?:郵送|郵便|宅配便)[^\n]{0,60}同封",
)
_DENIALS = (
    r"添付(?:ファイル|資料|書類)?(?:は|が|:)? ?(?:[な無]し|ありません|不要|せず|ではな|でき(?:な|ません))",
    r"添付(?:ファイル)?(?:は|が)?し(?:ません|ない|ていません|ておりません)",
    r"(?:nothing|no \w+|not|never|n['’]t)(?: is| are| been)? attached|attachments?: ?none",
)
_SMALL_PRINT = (
    rf"(?:メール|メッセージ)(?:本文)?(?:及び|および|並びに|ならびに|又は|または|もしくは)\s*(?:その)?{_WHOLE}",
    r"any files? attached|(?:e-?mail|message),? (?:and|or|including) (?:the )?attached",
    r"(?:information contained|viruses) in (?:the )?attach|check (?:the |any )?attachments? for viruses",
    rf"{_FILES}(?:等|など|も)?を?含[みむめ]|(?:不審な|怪しい)(?:メールの)?{_FILES}",
    rf"{_FILES}[をは]?(?:絶対に|決して)?(?:開か|開封し|開く際は|削除)|{_FILES}付きの?メール",
    rf"{_FILES}(?:\(\w+\))?(?:の?(?:容量|サイズ|取り?扱い|送受信|送信[をは](?:廃止|禁止)|マクロ)|[のは]受信|[をは](?:廃止|禁止)|はウ[イィ]ルス)",
)
_NO_FILES = (
    r"(?:is|are|was|were|be|been|am|['’]m|very|so) attached to\b|attach (?:great|much|little|particular) \w+",
    # The leaflet in a box of medicine is called 添付文書, too.
    r"(?:医薬品|薬剤|薬)の?添付文書",
)
_NOT_OURS = (*_ANSWERS, *_PASSWORDS, *_REQUESTS, *_OF_OTHER_MAIL, *_DENIALS, *_SMALL_PRINT, *_NO_FILES)
_SET_ASIDE = re2.compile(f"(?im:{_either(*_NOT_OURS)})")
_TO_THIS_MAIL = re2.compile(_either(r"(?i)attached to (?:this|the) (?:e-?mail|mail|message)"))
_AROUND = " \t.,;:!()[]【】–—-"

# Looks for 添付, 別添, 同封, attach, enclose and PFA, and may find more: a set of characters at the beginning is fast.
_STEM = re.compile(r"[添別同AaEePp](?:付|添|封|[Tt][Tt][Aa][Cc][Hh]|[Nn][Cc][Ll][Oo][Ss]|[Ff][Aa])")
_QUOTES = (
    r"^-{2,}\s*(?:Original Message|Forwarded|元のメッセージ|転送)",
    r"^_{10,}",
    r"^(?:From:\s|差出人[:：])",
    r"^On .{5,200} wrote:",
    r"^\d{4}年\d{1,2}月\d{1,2}日.{0,100}[:：]$",
)
_QUOTED = re.compile("|".join(_QUOTES), re.IGNORECASE | re.MULTILINE)
_QUOTED_LINE = re.compile("^[>＞].*", re.MULTILINE)
_ANSWERED_SUBJECT = re.compile(r"\s*(?:re|fwd?|返信|転送)\s*(?:\[\d+\]\s*)?[:：]", re.IGNORECASE)


def missing_mention(message: Message) -> str | None:
    """Return the words that speak of an attachment in the sender's own text when no file is attached.

    `None`, too, where the client could not read the attachments: nobody can say then that there are none.
    """
    if any(not file.inline for file in message.attachments) or "attachments" in message.truncated:
        return None
    # Most messages mention nothing at all; that is told before the quotation is cut off.
    if not _STEM.search(normalized(f"{message.subject or ''}\n{message.body_text or ''}")):
        return None
    own = normalized(f"{_own_subject(message.subject or '')}\n{own_text(message.body_text or '')}")
    words = _MENTION(_SET_ASIDE.sub(" ", _TO_THIS_MAIL.sub("attached", own)))
    return words and " ".join(words.split()).strip(_AROUND)


def _own_subject(subject: str) -> str:
    """Return the subject, or nothing where an answer or a forwarded message took it over from somebody else."""
    return "" if _ANSWERED_SUBJECT.match(subject) else subject


def own_text(body: str) -> str:
    """Return the body up to the first sign of a quoted or forwarded message, without the quoted lines above it."""
    quoted = _QUOTED.search(body)
    return _QUOTED_LINE.sub("", body[: quoted.start()] if quoted else body)
