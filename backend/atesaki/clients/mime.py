"""The parts of a stored mail: its text and the names and sizes of its attachments (RFC 2045, 2046, 2183)."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Sequence
from email.message import Message as Mail
from email.utils import collapse_rfc2231_value
from html.parser import HTMLParser

from typing_extensions import override

from atesaki.clients import encoded
from atesaki.judgement.message import Attachment

_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_UNSEEN = frozenset({"style", "script", "title"})
_OF_ORGANIZERS = frozenset({"REQUEST", "CANCEL"})
_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "blockquote"})


def leaves(mail: Mail) -> Iterator[Mail]:
    """Yield the parts that hold content, in order; an attached mail (message/rfc822) is one part, never opened."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        children = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(children, list):
            waiting.extend(child for child in reversed(children) if isinstance(child, Mail))
        else:
            yield part


def body_text(parts: Sequence[Mail]) -> str | None:
    """Return the text that a reader sees: the plain parts, else the HTML parts without their tags, else `None`."""
    shown = [part for part in parts if not _is_attachment(part)]
    for kind, read in (("text/plain", str), ("text/html", _without_tags)):
        # Mailers cut the text in two where a picture stands in its middle.
        texts = [read(_text(part)) for part in shown if part.get_content_type() == kind]
        if texts:
            return "\n".join(texts).replace("\x00", "")
    return None


def is_meeting(parts: Sequence[Mail]) -> bool:
    """Return whether the mail is what an organizer sends to attendees (RFC 6047 §2.4), and not one with such a file."""
    return any(_method(part) in _OF_ORGANIZERS for part in parts if part.get_content_disposition() != "attachment")


def _method(part: Mail) -> str:
    value = part.get_param("method") if part.get_content_type() == "text/calendar" else None
    return collapse_rfc2231_value(value).upper() if value else ""


def attachment(part: Mail) -> Attachment | None:
    """Return the part as an attachment, or `None` where it is the text of the mail."""
    if not _is_attachment(part):
        return None
    return Attachment(_name(part), _size(part), _is_inline(part))


def _is_attachment(part: Mail) -> bool:
    if part.get_content_disposition() == "attachment" or _file_name(part):
        return True
    # A multipart whose boundary is broken has become one leaf: nobody can tell what is in it.
    return part.get_content_type() not in {"text/plain", "text/html"} and part.get_content_maintype() != "multipart"


def _is_inline(part: Mail) -> bool:
    # A signature is part of the envelope: nobody would call it an attachment.
    if part.get_content_type() in _SIGNATURES:
        return True
    shown_in_body = part.get_content_disposition() == "inline" or "content-id" in part
    return part.get_content_maintype() == "image" and shown_in_body


def _file_name(part: Mail) -> str:
    value = part.get_param("filename", header="content-disposition") or part.get_param("name")
    return encoded.clean(encoded.text_of(collapse_rfc2231_value(value))) if value else ""


def _name(part: Mail) -> str:
    if name := _file_name(part):
        return name
    if part.get_content_type() == "message/rfc822":
        return f"{_nested_subject(part) or 'message'}.eml"
    return f"attachment{mimetypes.guess_extension(part.get_content_type()) or ''}"


def _nested_subject(part: Mail) -> str:
    children = part.get_payload()
    nested = children[0] if isinstance(children, list) and children else None
    subject = nested.get("subject") if isinstance(nested, Mail) else None
    return encoded.clean(encoded.text_of(encoded.unfolded(str(subject)))) if subject else ""


def _size(part: Mail) -> int:
    children = part.get_payload()
    if isinstance(children, list):
        return sum(len(str(child)) for child in children)
    return len(_bytes(part))


def _bytes(part: Mail) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Mail) -> str:
    return encoded.from_bytes(_bytes(part), part.get_content_charset())


def _without_tags(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._unseen = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self._pieces.append("\n")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))

    @override
    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._pieces.append(data)

    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).splitlines())
        return "\n".join(line for line in lines if line)
