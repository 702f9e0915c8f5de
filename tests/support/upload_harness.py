"""A desk that has read a sandbox's accounts, for upload tests: files, documents and what Bakkt then holds."""

import asyncio
import hashlib
import itertools
from typing import Any

from tests.support.link_harness import LinkHarness
from workbench.actions import Receipt
from workbench.actions.upload_document import DocumentUpload, upload_document
from workbench.domain.documents import NOTHING_CONFIRMED, Confirmations, DocumentDetails
from workbench.files.checking import CheckedFile
from workbench.files.kinds import FileKind
from workbench.sandbox.api.faults import FaultRule
from workbench.store import AccountReading
from workbench.sync.reading import read_account

UPLOAD = "uploadDocument"


def file_of(content: bytes = b"%PDF-1.7 one", removed: str = "") -> CheckedFile:
    """Return a file as the check returns it."""
    return CheckedFile(FileKind.PDF, content, hashlib.sha256(content).hexdigest(), pages=1, removed=removed)


class UploadHarness:
    """Uploads to the accounts of one sandbox."""

    def __init__(self, harness: LinkHarness) -> None:
        self.harness = harness
        self._keys = itertools.count()
        self.ids = sorted(row["clientAccountId"] for row in harness.sandbox.registry())
        self.read(*self.ids)
        rows = {row["client_account_id"]: row for row in harness.store.read_rows("accounts/standing")}
        entities = {one["client_account_id"] for one in harness.sandbox.truth() if one["is_entity"]}
        self._people = [one for one in self.ids if one not in entities and self.owners(one)[0]]
        self._entities = [one for one in self.ids if one in entities and rows[one]["standing"] != "closed"]
        self.person, self.entity = self._people[0], self._entities[0]

    def next_customers(self) -> None:
        """Go on to another person and another entity; begin again with the first once all had their turn."""
        for some in (self._people, self._entities):
            some.append(some.pop(0))
        self.person, self.entity = self._people[0], self._entities[0]

    def read(self, *client_account_ids: str) -> None:
        """Read accounts back."""

        async def read() -> list[AccountReading]:
            async with self.harness.connect() as client:
                return [await read_account(client, one, lambda _: False) for one in client_account_ids]

        self.harness.store.land_readings(asyncio.run(read()))

    def owners(self, client_account_id: str) -> list[str | None]:
        rows = self.harness.store.read_rows("accounts/owners", client_account_id=client_account_id)
        return [row["client_owner_id"] for row in rows]

    def passport(self, **changed: Any) -> DocumentDetails:
        given = {"issue_country": "FRA", "client_owner_id": self.owners(self.person)[0], **changed}
        return DocumentDetails("PASSPORT", "FRONT", **given)

    def send(
        self,
        document: DocumentDetails,
        file: CheckedFile | None = None,
        *,
        account: str | None = None,
        key: str | None = None,
        confirmed: Confirmations = NOTHING_CONFIRMED,
    ) -> Receipt:
        """Confirm one review of an upload."""
        upload = DocumentUpload(document, file or file_of(), confirmed)
        confirm_key = key or f"upload {next(self._keys)}"
        return upload_document(self.harness.actions, account or self.person, upload, confirm_key=confirm_key)

    def add_fault(self, operation: str = UPLOAD, **rule: Any) -> None:
        self.harness.sandbox.faults.rules.append(FaultRule(operation=operation, **rule))

    def at_bakkt(self, client_account_id: str | None = None) -> list[dict[str, Any]]:
        """Return the documents that Bakkt holds for the account."""

        async def fetch() -> list[dict[str, Any]]:
            async with self.harness.connect() as client:
                answer = await client.fetch_account_documents(client_account_id or self.person)
            return list(answer.value["documentMetadata"])

        return asyncio.run(fetch())

    def uploads_counted(self) -> int:
        """Return how many uploads Bakkt received."""
        return sum(len(self.at_bakkt(one)) for one in self.ids)
