"""Matches request paths to operations of the contract."""

from dataclasses import dataclass
from urllib.parse import unquote

from workbench.sandbox.api.faults import Scope

_ACCOUNTS = ("apex-crypto", "api", "v2", "accounts")
_DOCUMENTS = ("apex-crypto", "api", "v2", "documents")


@dataclass(frozen=True, slots=True)
class PathMatch:
    """The matched operation, the path parameters, and the methods that the path supports."""

    operation: str | None
    names: tuple[str, ...]
    methods: tuple[str, ...]
    is_partner: bool = False


def _paths_of(segments: tuple[str, ...]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Map methods to operations and path parameters, for a path split into unquoted segments."""
    prefix, rest = segments[:4], segments[4:]
    match prefix, rest:
        case (prefix, ()) if prefix == _ACCOUNTS:
            return {"POST": ("createAccount", ())}
        case (prefix, (name,)) if prefix == _ACCOUNTS:
            return {"GET": ("getAccount", (name,))}
        case (prefix, ("triggerKYBScreening", "status")) if prefix == _ACCOUNTS:
            return {
                "GET": ("getAccountStatus", ("triggerKYBScreening",)),
                "POST": ("triggerKYBScreening", ("status",)),
            }
        case (prefix, (name, "status")) if prefix == _ACCOUNTS:
            return {"GET": ("getAccountStatus", (name,))}
        case (prefix, ("triggerKYBScreening", name)) if prefix == _ACCOUNTS:
            return {"POST": ("triggerKYBScreening", (name,))}
        case (prefix, ()) if prefix == _DOCUMENTS:
            return {"POST": ("uploadDocument", ())}
        case (prefix, (name,)) if prefix == _DOCUMENTS:
            return {"GET": ("downloadDocument", (name,))}
        case (prefix, (name, "metadata")) if prefix == _DOCUMENTS:
            return {"GET": ("retrieveDocumentMetadata", (name,))}
        case (prefix, (name, "accountDocumentMetadata")) if prefix == _DOCUMENTS:
            return {"GET": ("retrieveAccountDocumentMetadata", (name,))}
        case (("partner", "v1", "partner", partner), ("party", party, "kyc", "documentVerificationDetails")):
            return {"GET": ("getKycDocumentVerificationDetails", (partner, party))}
    return {}


def match_path(scope: Scope) -> PathMatch:
    """Match the raw path, because a percent-encoded slash is part of an id."""
    raw = scope.get("raw_path") or scope["path"].encode()
    segments = tuple(unquote(part, errors="replace") for part in raw.decode("latin-1").split("?")[0].split("/")[1:])
    found = _paths_of(segments)
    operation, names = found.get(scope["method"], (None, ()))
    return PathMatch(operation, names, tuple(found), segments[:1] == ("partner",))
