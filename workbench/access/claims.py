"""Who a person is and what they may do here, from the claims of the sign-in provider's token.

Nothing here trusts a claim for more than it says. Who has no role here has no access; of several the lowest counts.
"""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from workbench.access.acting import Person
from workbench.access.policy import Role
from workbench.domain.errors import WorkbenchError
from workbench.domain.text import one_line

CLOCK_TOLERANCE_SECONDS = 300
"""How far the provider's clock and this machine's may be apart."""
EMAIL = "email"
_TOO_MANY_GROUPS = "_claim_names"
"""Entra ID names the claims here that it left out because a person is in too many groups."""
_LONGEST_NAME = 100
HOW_TO_WRITE_ROLES = "must be role=value, separated by commas, such as viewer=desk-viewers,admin=desk-admins"

Claims = Mapping[str, object]


class SignInRefusedError(WorkbenchError):
    """Somebody the provider knows may not come in; the message says why, and names nobody."""

    default_title = "You do not have access"
    default_next_step = "Ask an admin of the workbench."


class SignedOutError(WorkbenchError):
    """A session is over, or the token is too old to begin one."""

    default_title = "You are signed out"
    default_next_step = "Sign in again."


@dataclass(frozen=True, slots=True)
class SignInRules:
    """Whose tokens count, and which role a value of the role claim gives.

    ``role_claim`` is the name of a claim, or a path with dots to one inside another: ``realm_access.roles``.
    """

    issuer: str
    role_claim: str
    roles: Mapping[str, Role]


def parse_roles(text: str) -> dict[str, Role]:
    """The role that each value gives, of the setting SIGN_IN_ROLES. Raises ValueError without quoting any of it."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    pairs = [_parse_role(part) for part in parts]
    roles = dict(pairs)
    if len(roles) < len(pairs):
        raise ValueError("names one value twice; each value gives one role")
    return roles


def _parse_role(text: str) -> tuple[str, Role]:
    name, _, value = text.partition("=")
    if name.strip() not in set(Role) or not value.strip():
        raise ValueError(f"{HOW_TO_WRITE_ROLES}; roles are {', '.join(Role)}")
    return value.strip(), Role(name.strip())


def check_token(claims: Claims, now: datetime) -> None:
    """Raises SignedOutError if the token has expired, by a clock that may be a little off; else SignInRefusedError.

    Asked when a session begins. How long it goes on is decided here, not by the token, which may last for minutes.
    """
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    tolerance = CLOCK_TOLERANCE_SECONDS
    if expires is None or issued is None:
        raise SignInRefusedError("The provider's token does not say when it was issued and when it expires.")
    if now.timestamp() > expires + tolerance:
        raise SignedOutError("Your sign-in has expired.")
    if max(issued, _seconds(claims, "nbf") or issued) > now.timestamp() + tolerance:
        raise SignInRefusedError(
            "The provider's token is from the future: one of the two clocks is wrong.",
            next_step="Ask an admin to check the clock of the machine that runs the workbench.",
        )


def person_of(claims: Claims, rules: SignInRules) -> Person:
    """The person, with the lowest of the roles that the claims give. Raises SignInRefusedError."""
    issuer, subject = claims.get("iss"), claims.get("sub")
    if issuer != rules.issuer:
        raise SignInRefusedError("This sign-in is from another provider than the one of this workbench.")
    if not isinstance(subject, str) or not subject.strip():
        raise SignInRefusedError("The provider's token does not say who signed in.")
    return Person(_subject_of(rules.issuer, subject), _name_of(claims), _role_of(claims, rules))


def without_role(claims: Claims) -> Person:
    """Somebody who is refused, as the audit trail names them."""
    return Person(_subject_of(str(claims.get("iss")), str(claims.get("sub"))), _name_of(claims), None)


def session_key(claims: Claims) -> str:
    """The same for every copy of a token, and another for the next sign-in of the same person."""
    return sha256(json.dumps(dict(claims), sort_keys=True, default=str).encode()).hexdigest()


def _subject_of(issuer: str, subject: str) -> str:
    """A hash, because some providers' subjects are e-mail addresses."""
    return sha256(json.dumps([issuer, subject]).encode()).hexdigest()[:32]


def _name_of(claims: Claims) -> str:
    given = (claims.get(name) for name in ("name", "preferred_username", EMAIL, "sub"))
    names = (one_line(name).strip()[:_LONGEST_NAME] for name in given if isinstance(name, str))
    return next(filter(None, names), "unnamed")


def _role_of(claims: Claims, rules: SignInRules) -> Role:
    values = _values_at(claims, rules.role_claim)
    found = {rules.roles[value] for value in values if value in rules.roles}
    if rules.role_claim == EMAIL and claims.get("email_verified") is not True:
        raise SignInRefusedError("The provider has not verified your e-mail address, which would give you a role here.")
    if not found:
        raise SignInRefusedError(_why_no_role(claims))
    return next(role for role in Role if role in found)


def _why_no_role(claims: Claims) -> str:
    left_out = claims.get(_TOO_MANY_GROUPS)
    if isinstance(left_out, Mapping) and left_out:
        return "You are in so many groups that the provider's token names none of them."
    return "You are signed in, but you have no role in this workbench."


def _values_at(claims: Claims, path: str) -> Collection[str]:
    """The texts of a claim. A claim whose own name has dots goes before a path."""
    found: object = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    values = found if isinstance(found, list | tuple) else [found]
    return [value for value in values if isinstance(value, str)]


def _seconds(claims: Claims, name: str) -> float | None:
    value = claims.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number and isinstance(value, int | float) else None
