"""Asks the DNS which domains receive mail at all; only domains are asked about, never addresses."""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from dns.exception import DNSException
from dns.name import root
from dns.rdatatype import AAAA, MX, A, RdataType
from dns.resolver import NXDOMAIN, Answer, NoAnswer, Resolver

from atesaki.clock import Clock, utc_now
from atesaki.rosters.kept_answers import KeptAnswers

Reception = Literal["receives", "no_domain", "no_server", "refuses_mail", "unknown"]
"""`refuses_mail`: the domain says so itself (RFC 7505); `unknown`: the DNS didn't answer, which proves nothing."""

DEAD: frozenset[Reception] = frozenset({"no_domain", "no_server", "refuses_mail"})

AT_ONCE = 16
ANSWER_SECONDS = 5.0
_LEAST_SECONDS = 0.05


class MailServers:
    """Knows which domains have a mail server; `resolver` is made for each round, so that it reads today's settings."""

    def __init__(
        self,
        resolver: Callable[[], Resolver] = Resolver,
        now: Clock = utc_now,
    ) -> None:
        self._resolver = resolver
        self._kept: KeptAnswers[Reception] = KeptAnswers(now)

    def known(self, domains: Iterable[str]) -> dict[str, Reception]:
        """What was found out within a day."""
        answers = ((domain, self._kept.get(domain)) for domain in domains)
        return {domain: answer for domain, answer in answers if answer is not None}

    def ask(self, domains: Iterable[str], seconds: float) -> Mapping[str, Reception]:
        """Find out for so many seconds, in the order of the domains; those that there was no time for are left out."""
        listed = list(dict.fromkeys(domains))
        found = self.known(listed)
        missing = [domain for domain in listed if domain not in found]
        if not missing:
            return found
        try:
            resolver = self._resolver()
        except (DNSException, OSError):
            return {**found, **dict.fromkeys(missing, "unknown")}
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(AT_ONCE, "mail servers") as pool:
            for domain, answer in zip(
                missing, pool.map(lambda each: _ask(resolver, each, until), missing), strict=True
            ):
                if answer is not None:
                    found[domain] = answer
                # What could not be found out is asked again the next time.
                if answer not in {None, "unknown"}:
                    self._kept.keep(domain, answer)
        return found


def _ask(resolver: Resolver, domain: str, until: float) -> Reception | None:
    if time.monotonic() >= until:
        return None
    if domain.startswith("["):
        # An address literal (RFC 5321 §4.1.3) has no place in the DNS.
        return "unknown"
    try:
        return _reception(resolver, domain, until)
    except NXDOMAIN:
        return "no_domain"
    except (DNSException, OSError, ValueError):
        return "unknown"


def _reception(resolver: Resolver, domain: str, until: float) -> Reception:
    """RFC 5321 §5.1: the mail exchangers, else the domain's own address."""
    exchangers = _records(resolver, domain, MX, until)
    if exchangers is not None:
        refused = len(exchangers) == 1 and exchangers[0].exchange == root
        return "refuses_mail" if refused else "receives"
    # Each is asked although the first may fail: one address is enough, but only two clear answers prove that none is.
    failed: DNSException | None = None
    for kind in (A, AAAA):
        try:
            if _records(resolver, domain, kind, until) is not None:
                return "receives"
        except NXDOMAIN:
            raise
        except DNSException as error:
            failed = error
    if failed is not None:
        raise failed
    return "no_server"


def _records(resolver: Resolver, domain: str, kind: RdataType, until: float) -> Answer | None:
    lifetime = max(_LEAST_SECONDS, min(ANSWER_SECONDS, until - time.monotonic()))
    try:
        return resolver.resolve(f"{domain}.", kind, lifetime=lifetime, search=False)
    except NoAnswer:
        return None
