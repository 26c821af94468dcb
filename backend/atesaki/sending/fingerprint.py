"""The fingerprint of a message: equal only while sender, recipients, content and findings are the same."""

import hashlib

import msgspec

from atesaki.judgement.address import mailbox_key
from atesaki.judgement.decision import Decision
from atesaki.judgement.message import Message, Recipient
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.request import Caller, DecisionRequest


def sender_key(caller: Caller, message: Message) -> str:
    """Return to whom a release and a rate belong: the verified person, else the claim, and the From address."""
    person = caller.identity.key if caller.identity else "claimed"
    return f"{person} {mailbox_key(message.sender.address)}"


def fingerprint(pseudonyms: Pseudonyms, caller: Caller, message: Message, decision: Decision) -> str:
    """Return the keyed hash of what a release covers.

    The findings belong to it: what nobody was told can't have been accepted.
    Names of people, the order of recipients, the thread and the blanks in the body don't: mail clients change them
    without anybody's doing.
    """
    told = sorted(f"{each.policy}.{each.rule}" for each in decision.findings if each.mode == "enforce")
    return pseudonyms.of_bytes(msgspec.json.encode((*_content(caller, message), told)))


def same_request(caller: Caller, request: DecisionRequest) -> str:
    """Return the hash by which a request that is sent again is known: by what a release covers, and the language.

    What a client reports of earlier failures is news of its own, and a look is about the same message as its Send.
    """
    content = (*_content(caller, request.message), request.locale)
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _content(caller: Caller, message: Message) -> tuple[object, ...]:
    return (
        sender_key(caller, message),
        [addresses(recipients) for recipients in (message.to, message.cc, message.bcc)],
        message.subject,
        _text(message.body_text),
        sorted((each.name, each.size, each.inline) for each in message.attachments),
        sorted(message.truncated),
        message.item,
    )


def _text(body: str | None) -> str | None:
    # Outlook breaks the lines of one and the same body differently from one reading to the next.
    return None if body is None else hashlib.sha256(" ".join(body.split()).encode()).hexdigest()


def addresses(recipients: tuple[Recipient, ...]) -> list[str]:
    """Return the addresses of one field as the fingerprint compares them, whatever their order."""
    # Folded as one text, since a message may have thousands of recipients; no address holds a line break.
    texts = [each.address for each in recipients]
    # Of a contact group Outlook gives no address: only its name tells it from another one.
    nameless = [f"\n{each.name or ''}" for each in recipients if not each.address] if "" in texts else []
    written = "\n".join(texts)
    # In lower case, not folded: straße.de and strasse.de belong to two owners (IDNA 2008).
    folded = written.lower().replace(" ", "")
    lines = texts if texts and folded == written else folded.split("\n")
    return sorted(nameless + lines if nameless else lines)
