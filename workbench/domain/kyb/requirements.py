"""The requirements of the KYB checklist in words, for the screens and for sentences."""

REQUIREMENT_WORDS = {
    "certificate_of_incorporation": "Certificate of incorporation or formation",
    "governing_document": "Governing document",
    "shareholder_registry": "Shareholder registry",
    "structure_chart": "Organisation structure chart",
    "certificate_of_beneficial_owners": "Certificate of beneficial owners",
    "owner_identity": "Identity of owner",
    "managing_person": "One individual with significant responsibility for managing the entity",
}


def requirement_words(requirement: str, owner: str | None = None) -> str:
    """ "Identity of owner o2"; ``owner`` is an id or a name. A requirement that is not known stands for itself."""
    return f"{REQUIREMENT_WORDS.get(requirement, requirement)} {owner or ''}".strip()


def requirement_in_sentence(requirement: str, owner: str | None = None) -> str:
    """ "identity of owner o2", for the middle of a sentence."""
    words = requirement_words(requirement, owner)
    return words[:1].lower() + words[1:]
