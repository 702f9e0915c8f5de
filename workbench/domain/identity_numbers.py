"""Which fields hold a number that identifies a person or a company, or the number of an account at a bank."""

_FIELDS = frozenset(
    {
        "taxid",
        "entitytaxid",
        "ssn",
        "socialsecuritynumber",
        "itin",
        "ein",
        "nationalid",
        "documentnumber",
        "passportnumber",
        "licensenumber",
        "licencenumber",
        "idnumber",
        "identificationnumber",
        "accountnumber",
        "bankaccountnumber",
        "iban",
    }
)


def is_identity_number(field: str) -> bool:
    """Whether a field of this name holds such a number, in any spelling: ``taxId``, ``tax_id``, ``TaxID``."""
    return plain_name(field) in _FIELDS


def plain_name(field: str) -> str:
    """The name in lower case, with letters and digits alone."""
    return "".join(character for character in field.lower() if character.isalnum())
