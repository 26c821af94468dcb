"""What an ID token says of a person, and which roles that gives them; what isn't certain gives none."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from atesaki.identity.person import Person, Role

_YES = (True, "true")
"""No set: a claim may be anything, and not all of it can be looked up in one."""


class Grants(NamedTuple):
    """Which values give which role: values of `claim` (`realm_access.roles` looks inside), or e-mail addresses.

    `hosted_domains` limits Google accounts to those of an organization; `trust_email` takes addresses that the provider
    doesn't call verified, which Microsoft Entra never does.
    """

    claim: str
    by_role: Mapping[Role, tuple[str, ...]]
    hosted_domains: tuple[str, ...] = ()
    trust_email: bool = False

    def admits(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether an account belongs to one of the organizations; an address at a domain tells nothing."""
        return not self.hosted_domains or claims.get("hd") in self.hosted_domains

    def person(self, issuer: str, claims: Mapping[str, Any]) -> Person:
        """Return the person whom valid claims are about."""
        email = self._email(claims)
        names = (claims.get(name) for name in ("name", "preferred_username"))
        name = next((each for each in names if isinstance(each, str) and each.strip()), email or str(claims["sub"]))
        return Person(f"{issuer} {claims['sub']}", name.strip()[:200], email, self._roles(claims, email))

    def overflowed(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether the person is in so many groups that Entra left all of them out (groups overage claim)."""
        elsewhere = claims.get("_claim_names")
        left_out = isinstance(elsewhere, Mapping) and self.claim in elsewhere
        return self.claim == "groups" and (left_out or claims.get("hasgroups") in _YES)

    def _email(self, claims: Mapping[str, Any]) -> str:
        email = claims.get("email")
        certain = self.trust_email or claims.get("email_verified") in _YES
        return email.casefold() if certain and isinstance(email, str) and "@" in email else ""

    def _roles(self, claims: Mapping[str, Any], email: str) -> frozenset[Role]:
        values = _texts(claims, self.claim)
        return frozenset(
            role
            for role, granted in self.by_role.items()
            if not values.isdisjoint(granted) or (email and email in {each.casefold() for each in granted})
        )


def _texts(claims: Mapping[str, Any], path: str) -> frozenset[str]:
    value: object = claims.get(path)
    if value is None:
        # Keycloak keeps its roles within an object; a name with dots may also be one claim, such as an address.
        value = claims
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
    texts = [value] if isinstance(value, str) else value
    return frozenset(each for each in texts if isinstance(each, str)) if isinstance(texts, list) else frozenset()
