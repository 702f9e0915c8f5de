"""Generates the documents of seeded accounts: metadata, and small PNG or PDF files."""

import hashlib
import random
import re
import struct
import unicodedata
import uuid
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from workbench.sandbox.accounts.moments import to_milliseconds
from workbench.sandbox.accounts.people import PROFILE_BY_LOCALE
from workbench.sandbox.accounts.state import AccountState, OwnerPlan, SandboxDocument

COMPANY_REQUIREMENTS = (
    "certificate_of_incorporation",
    "governing_document",
    "shareholder_registry",
    "structure_chart",
    "certificate_of_beneficial_owners",
)
TRUST_REQUIREMENTS = ("governing_document", "certificate_of_beneficial_owners")

IDENTITY_TYPES = frozenset({"PASSPORT", "IDENTIFICATION_CARD", "DRIVERS_LICENSE"})

_TYPE_OF = {
    "certificate_of_incorporation": "CERTIFICATE_OF_INCORPORATION",
    "certificate_of_beneficial_owners": "CERTIFICATE_OF_BENEFICIAL_OWNERS",
}
_DESCRIPTIONS = {
    "governing_document": (
        "Bylaws of the company (2021)",
        "ARTICLES of Association",
        "Operating Agreement, signed",
        "Partnership agreement - final",
    ),
    "shareholder_registry": (
        "Shareholder registry 2026",
        "Register of members",
        "Member registry export",
        "Partner registry",
        "Cap table Q3",
    ),
    "structure_chart": ("Organisation structure chart", "Organization chart", "Group structure, one page"),
}
_TRUST_DESCRIPTIONS = ("Trust deed, certified copy", "Declaration and trust agreement")
_POOR_DESCRIPTIONS = ("scan 0007", "company documents", "signed pages 1-12", None, "misc")

_MATCHING_PHRASES = {
    "governing_document": (
        "bylaws",
        "articles",
        "operating agreement",
        "partnership agreement",
        "trust deed",
        "trust agreement",
    ),
    "shareholder_registry": (
        "shareholder",
        "member registry",
        "register of members",
        "partner registry",
        "cap table",
    ),
    "structure_chart": ("chart", "structure"),
}


def requirements_of(account: AccountState) -> tuple[str, ...]:
    return TRUST_REQUIREMENTS if account.is_trust else COMPANY_REQUIREMENTS


def has_valid_identity(documents: list[SandboxDocument], owner_id: str | None, now: datetime) -> bool:
    """Whether the owner has an unexpired passport or both sides of an unexpired driver's licence."""
    valid = [document for document in documents if document.owner_id == owner_id and document.is_unexpired(now)]
    sides = {document.side for document in valid if document.document_type == "DRIVERS_LICENSE"}
    return sides >= {"FRONT", "BACK"} or any(document.document_type == "PASSPORT" for document in valid)


def met_by_upload(document: SandboxDocument, is_trust: bool) -> tuple[str, ...]:
    """Return the KYB requirements that Bakkt's reviewer would accept an uploaded document for."""
    if document.owner_id is not None:
        return ()
    if document.document_type == "TRUST_CERTIFICATION":
        return ("governing_document",) if is_trust else ()
    if document.document_type == "ENTITY_DUE_DILIGENCE":
        return tuple(_requirements_in(document.description or ""))
    return tuple(name for name, kind in _TYPE_OF.items() if kind == document.document_type)


def _requirements_in(description: str) -> Iterator[str]:
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", description.casefold()) if not unicodedata.combining(letter)
    )
    for requirement, words in _MATCHING_PHRASES.items():
        if any(word in plain for word in words):
            yield requirement


class DocumentMaker:
    """Generates the documents of one account, with uploads spread over a time span."""

    def __init__(self, account: AccountState, rng: random.Random, now: datetime, last_upload_at: datetime) -> None:
        self._account = account
        self._rng = rng
        self._now = now
        self._span = max((last_upload_at - account.created_at) * 0.9, timedelta(seconds=30))
        self._made: list[SandboxDocument] = []

    def finish(self) -> None:
        """Set the upload times, spread over the span in the order of creation."""
        step = self._span / (len(self._made) + 1)
        for place, document in enumerate(self._made, start=1):
            document.created_at = to_milliseconds(self._account.created_at + step * place)
        self._account.documents += self._made

    def add_for(self, requirement: str) -> None:
        words = _DESCRIPTIONS.get(requirement)
        if requirement == "governing_document" and self._account.is_trust:
            if self._rng.random() < 0.5:
                self._add("TRUST_CERTIFICATION", meets=(requirement,))
                return
            words = _TRUST_DESCRIPTIONS
        if words is None:
            self._add(_TYPE_OF[requirement], meets=(requirement,))
        else:
            self._add("ENTITY_DUE_DILIGENCE", description=self._rng.choice(words), meets=(requirement,))

    def add_none_or_poor_for(self, requirement: str) -> None:
        """Leave the document out, or upload one that does not count."""
        if self._rng.random() < 0.5:
            return
        if requirement in _TYPE_OF:
            owner_id = self._account.owners[0].owner_id
            self._add(_TYPE_OF[requirement], owner_id=owner_id)
        else:
            self._add("ENTITY_DUE_DILIGENCE", description=self._rng.choice(_POOR_DESCRIPTIONS))

    def add_identity(self, owner: OwnerPlan) -> None:
        if self._rng.random() < 0.2:
            self._passport(owner, is_expired=True)
        if self._rng.random() < 0.6:
            self._passport(owner, is_expired=False)
        else:
            self._licence(owner, ("FRONT", "BACK"))

    def add_poor_identity(self, owner: OwnerPlan) -> None:
        draw = self._rng.random()
        if draw < 0.35:
            self._passport(owner, is_expired=True)
        elif draw < 0.7:
            self._licence(owner, ("FRONT",))

    def add_identification_card(self, owner: OwnerPlan) -> None:
        """Add an identification card, which is an identity document but does not count for KYB."""
        expires_at = self._expiry(is_expired=False)
        for side in ("FRONT", "BACK"):
            self._add("IDENTIFICATION_CARD", owner_id=owner.owner_id, side=side, expires_at=expires_at, owner=owner)

    def add_proof_of_address(self, owner: OwnerPlan) -> None:
        self._add("PROOF_OF_RESIDENTIAL_ADDRESS", owner_id=owner.owner_id, description="utility bill", owner=owner)

    def _passport(self, owner: OwnerPlan, *, is_expired: bool) -> None:
        expires_at = None if self._rng.random() < 0.05 and not is_expired else self._expiry(is_expired=is_expired)
        self._add("PASSPORT", owner_id=owner.owner_id, expires_at=expires_at, description="passport", owner=owner)

    def _licence(self, owner: OwnerPlan, sides: tuple[str, ...]) -> None:
        expires_at = self._expiry(is_expired=False)
        for side in sides:
            self._add("DRIVERS_LICENSE", owner_id=owner.owner_id, side=side, expires_at=expires_at, owner=owner)

    def _expiry(self, *, is_expired: bool) -> datetime:
        days = -self._rng.randint(200, 900) if is_expired else self._rng.randint(200, 3000)
        return (self._now + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)

    def _add(
        self,
        document_type: str,
        *,
        owner_id: str | None = None,
        side: str = "FRONT",
        description: str | None = None,
        expires_at: datetime | None = None,
        owner: OwnerPlan | None = None,
        meets: tuple[str, ...] = (),
    ) -> None:
        is_page = document_type not in IDENTITY_TYPES
        self._made.append(
            SandboxDocument(
                document_id=str(uuid.UUID(int=self._rng.getrandbits(128), version=4)),
                bakkt_id=str(uuid.UUID(int=self._rng.getrandbits(128), version=4)),
                document_type=document_type,
                side=side,
                created_at=self._account.created_at,
                owner_id=owner_id,
                description=description,
                expires_at=expires_at,
                issue_country=PROFILE_BY_LOCALE[(owner or self._account.owners[0]).locale].country,
                content_type="application/pdf" if is_page else "image/png",
                meets=meets,
            )
        )


def draw_document(document: SandboxDocument) -> bytes:
    """Return plausible file content, always the same for the same document id."""
    title = f"{document.document_type} {document.side} specimen {document.document_id}"
    return _page(title) if document.content_type == "application/pdf" else _picture(title)


def _picture(title: str) -> bytes:
    width, height = 120, 76
    digest = hashlib.sha256(title.encode()).digest()
    rows = b"".join(
        b"\0" + bytes((digest[(x // 8 + y // 8) % 32] // 2 + x) % 256 for x in range(width)) for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _page(title: str) -> bytes:
    words = re.sub(r"[^A-Za-z0-9 _-]", "", title)
    text = f"BT /F1 11 Tf 40 720 Td ({words}) Tj ET".encode()
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
    )
    page, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(page))
        page += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    index = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return page + (
        b"xref\n0 5\n0000000000 65535 f \n%btrailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (index, len(page))
    )
