"""Addresses as people type and mail clients give them, read into one comparable form."""

import ipaddress
import re
import unicodedata
from functools import lru_cache
from typing import Final

import idna
from msgspec import Struct

CACHE_SIZE: Final = 131_072
"""Remembered texts per function: some hundred thousand distinct recipients cost a few dozen MB."""

MAX_READABLE_LENGTH: Final = 2_000
"""Longer texts are unreadable, so that no text takes more than linear time in a small bound."""

_SPECIAL = r"\s\"(),:;<>@\[\\\]\x00-\x1f\x7f\ud800-\udfff"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_PLAIN = re.compile(
    r"([\w!#$%&'*+/=?^`{|}~.-]+)@(?=.{4,63}\Z)((?:(?!xn--)[a-z0-9]++(?:-++[a-z0-9]++)*+\.)+[a-z]{2,63})",
    re.IGNORECASE | re.ASCII,
).fullmatch
_ANGLE = re.compile(rf"(.*?)<((?:{_QUOTED}|[^\"<>])*+)>\s*+(\([^()]*+\))?\s*+", re.DOTALL)
_SPEC = re.compile(
    rf"\s*+(?:(?:mailto|smtp):)?\s*+({_QUOTED}|[^{_SPECIAL}]++)\s*+@\s*+(\[[^\[\]\s]++\]|[^{_SPECIAL}]++)\s*+",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(rf"({_QUOTED})|\(((?:[^()\\]|\\.)*+)\)", re.DOTALL)
_LABEL = re.compile(r"(?!xn--)[a-z0-9]++(?:-++[a-z0-9]++)*+")
_ATOM = re.compile(rf"[^{_SPECIAL}]+")

NO_ADDRESS: Final = "?"
"""The key of a text without any address, such as that of a contact group that only the sender knows."""

_JOINERS = {0x200C: None, 0x200D: None}
_FILLERS = (0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10))
_FORMATS = (code for code in range(0x20000) if unicodedata.category(chr(code)) == "Cf" and code not in _JOINERS)
_INVISIBLE = dict.fromkeys((*_FORMATS, *_FILLERS, *range(0xE0000, 0xE1000)))
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_MIN_TOP_LEVEL = 2
_MAX_DOMAIN = 253
_MAX_LABEL = 63
_MAX_NESTING = 8


class Address(Struct, frozen=True, gc=False, cache_hash=True):
    """One address (RFC 5322 §3.4, RFC 6532): the text as given and what was read from it.

    `local` is unquoted and NFKC with its case kept; `domain` is in lower-case A-labels (RFC 5890) or an address literal
    such as `[192.0.2.1]` (RFC 5321 §4.1.3). Both are empty where the text has no address at all;
    a domain without a dot (`gmailcom`) is kept for the look-alike check although nothing can be sent there.
    `key` is the `mailbox_key` of the text; `readable` says whether a mail could be sent there at all.
    `display_name` never says who gets a mail: it may be another address, as in `"ceo@corp.example" <x@evil.example>`.
    """

    text: str
    local: str
    domain: str
    display_name: str
    key: str
    readable: bool = True

    @property
    def spec(self) -> str:
        """`local@domain`, the local part quoted where RFC 5322 §3.4.1 asks for it; the text if unreadable."""
        return _join(self.local, self.domain) if self.readable else self.text


@lru_cache(CACHE_SIZE)
def parse_address(text: str, name: str | None = None) -> Address:
    """Read one mailbox; `name` is its display name where the client gives it apart.

    Never raises: what can't be read comes back with `readable` false, to be judged and warned about.
    Obsolete forms (source routes, mixed quoted and bare local parts) count as unreadable;
    dots at odd places in the local part are accepted, because carriers have issued such addresses.
    """
    match = _PLAIN(text)
    if match is None:
        return _parse_any(text, name)
    local = match[1]
    lowered = text.lower()
    domain = lowered[len(local) + 1 :]
    simple = "+" not in local and domain not in _GMAIL
    return Address(text, local, domain, name or "", lowered if simple else _key(local.lower(), domain))


@lru_cache(CACHE_SIZE)
def mailbox_key(text: str, *, plus_tags: bool = True, gmail_dots: bool = True) -> str:
    """Return the canonical identity of a mailbox: equal for every spelling that reaches the same person.

    NFKC, case-folded, domain in A-labels; `+tag` (RFC 5233) and the dots of Gmail's local parts are dropped unless
    told otherwise, and googlemail.com is gmail.com (support.google.com/mail/answer/7436150).
    An unreadable text gives `?` and its folded self.
    """
    address = parse_address(text)
    if (plus_tags and gmail_dots) or not address.readable:
        return address.key
    return _key(fold_case(address.local), address.domain, plus_tags=plus_tags, gmail_dots=gmail_dots)


@lru_cache(CACHE_SIZE)
def ascii_domain(text: str) -> str:
    """Return a domain in lower-case A-labels without trailing dots (IDNA 2008 after UTS #46 mapping), or a literal.

    Raises `ValueError` where the text is no domain. An underscore is not part of a mail domain (RFC 5321 §2.3.5).
    """
    if text.startswith("["):
        return _literal(text)
    bare = text.translate(_JOINERS)
    mapped = bare.lower() if bare.isascii() else idna.uts46_remap(text, std3_rules=True)
    labels = mapped.rstrip(".").split(".")
    domain = ".".join(_ascii_label(label) for label in labels)
    if len(domain) > _MAX_DOMAIN or labels[-1].isdecimal():
        raise ValueError("A domain has at most 253 characters and does not end in a number.")
    return domain


def fold(text: str) -> str:
    """Return the text in NFKC without invisible characters and without blanks at its ends."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).translate(_INVISIBLE)).strip()


def fold_case(text: str) -> str:
    """Return the text for comparison without case (Unicode NFKC_Casefold, Unicode Standard §3.13)."""
    if text.isascii():
        return text.lower()
    return fold(fold(text).casefold())


def split_mailbox(folded: str) -> tuple[str, str]:
    """Split a folded text into display name and `local@domain`; a comment is the name of old (RFC 5322 §3.4)."""
    angle = _ANGLE.fullmatch(folded)
    if angle is not None:
        return unquoted(angle[1]) or _uncommented(angle[3]), _without_comments(angle[2])[0]
    spec, comment = _without_comments(folded)
    spec = spec.strip()
    if spec[:1] == spec[-1:] == "'":
        spec = spec[1:-1]
    return comment, spec


def unquoted(text: str) -> str:
    """Return a display name or local part without its quotes and backslashes (RFC 5322 §3.2.4)."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL).strip()
    return text


def _parse_any(text: str, name: str | None) -> Address:
    folded = fold(text)
    if len(text) > MAX_READABLE_LENGTH:
        return Address(text, "", "", name or "", _unreadable_key(folded), readable=False)
    own_name, spec = split_mailbox(folded)
    local, domain = _split_spec(spec)
    if not _is_complete(domain):
        return Address(text, local, domain, name or own_name, _unreadable_key(folded), readable=False)
    return Address(text, local, domain, name or own_name, _key(fold_case(local), domain))


def _split_spec(spec: str) -> tuple[str, str]:
    match = _SPEC.fullmatch(spec)
    if match is None:
        return "", ""
    # Apostrophes are letters of a local part (RFC 5322 §3.2.3), here as in a text that is read the short way.
    local = (unquoted(match[1]) if match[1][0] == '"' else match[1]).translate(_JOINERS)
    try:
        return (local, ascii_domain(match[2])) if local else ("", "")
    except ValueError:
        return "", ""


def _is_complete(domain: str) -> bool:
    _, dot, top_level = domain.rpartition(".")
    return domain[:1] == "[" or (bool(dot) and len(top_level) >= _MIN_TOP_LEVEL)


def _key(local: str, domain: str, *, plus_tags: bool = True, gmail_dots: bool = True) -> str:
    if plus_tags and "+" in local:
        local = local[: local.index("+")] or local
    if domain in _GMAIL:
        domain = "gmail.com"
        local = (gmail_dots and local.replace(".", "")) or local
    return _join(local, domain)


def _join(local: str, domain: str) -> str:
    if _ATOM.fullmatch(local):
        return f"{local}@{domain}"
    quoted = re.sub(r'(["\\])', r"\\\1", local)
    return f'"{quoted}"@{domain}'


def _unreadable_key(folded: str) -> str:
    return NO_ADDRESS + " ".join(fold_case(folded).split())


def _ascii_label(label: str) -> str:
    if _LABEL.fullmatch(label) and len(label) <= _MAX_LABEL:
        return label
    return idna.alabel(label).decode("ascii")


def _literal(text: str) -> str:
    inner = text[1:-1].lower()
    if inner.startswith("ipv6:"):
        return f"[ipv6:{ipaddress.IPv6Address(inner[5:]).compressed}]"
    return f"[{ipaddress.IPv4Address(inner)}]"


def _uncommented(text: str | None) -> str:
    return (text or "").strip("() ")


def _without_comments(text: str) -> tuple[str, str]:
    comment = ""
    for _ in range(_MAX_NESTING if "(" in text else 0):
        found = [match[2] for match in _COMMENT.finditer(text) if match[2] is not None]
        if not found:
            break
        comment = comment or found[-1].strip()
        text = _COMMENT.sub(lambda match: match[1] or " ", text)
    return text, comment
