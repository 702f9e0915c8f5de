"""The three read requests for one account, the same for every peer."""

from urllib.parse import quote

KEY = {"authorization": "API-Key sandbox-key"}
ACCOUNT_PATHS = (
    "/apex-crypto/api/v2/accounts/{}",
    "/apex-crypto/api/v2/accounts/{}/status",
    "/apex-crypto/api/v2/documents/{}/accountDocumentMetadata",
)


def paths_of(ids: list[str]) -> list[str]:
    return [path.format(quote(each, safe="")) for each in ids for path in ACCOUNT_PATHS]
