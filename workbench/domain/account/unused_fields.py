"""Fields of Bakkt's answers that say nothing: deprecated ones, and those that are reserved for later.

Source: accounts-guide, "Deprecated and Future Fields" and "Collect Personal Information"; contract.yaml.
"""

DEPRECATED = "deprecated"
SAYS_NOTHING = "deprecated: says nothing about the account"
RESERVED = "reserved for future use: says nothing yet"

_OF_ANSWERS = {"cipClearanceState": SAYS_NOTHING, "mode": RESERVED}
_OF_REQUESTS = frozenset({"id", "enrollments"})
_OF_OWNERS = frozenset({"identityId"})
_OF_IDENTITIES = frozenset({"citizenshipCountry", "citizenship", "disclosures", "verificationResults"})


def note_on_answer(path: tuple[str | int, ...]) -> str:
    """What to know about a field beside the request, of the account or of its status; empty for most."""
    return _OF_ANSWERS.get(str(path[0]), "") if path else ""


def note_on_request(path: tuple[str | int, ...]) -> str:
    """What to know about a field of the request; empty for most."""
    match path:
        case (str(name), *_) if name in _OF_REQUESTS:
            return DEPRECATED
        case ("owners", int(), str(name), *_) if name in _OF_OWNERS:
            return DEPRECATED
        case ("owners", int(), "identity", str(name), *_) if name in _OF_IDENTITIES:
            return DEPRECATED
    return ""
