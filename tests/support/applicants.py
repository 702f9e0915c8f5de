"""Form answers of invented people and companies, complete unless a test removes some."""

from workbench.domain.account import FieldAnswer, Form

DENVER = {
    "streetAddress[0]": "12 Larch Street",
    "city": "Denver",
    "country": "USA",
    "state": "Colorado",
    "postalCode": "80202",
}
LYON = {"streetAddress[0]": "3 rue des Tilleuls", "city": "Lyon", "country": "FRA", "postalCode": "69002"}

US_NUMBER = {"taxIdType": "SSN", "taxId": "219 09 9881"}
FRENCH_NUMBER = {"taxIdType": "NATIONAL_ID", "taxId": "2 95 10 99 126 111 93", "taxIdCountry": "FRA"}


def individual(client_account_id: str = "cust-1001", /, **changed: FieldAnswer) -> Form:
    """One American with everything that is asked; ``changed`` by path."""
    return _form("INDIVIDUAL", client_account_id, [("Ada", "Quill")], changed)


def company(client_account_id: str = "firm-1001", owners: int = 3, /, **changed: FieldAnswer) -> Form:
    """Return the answers of an American company with several owners; the last one is French."""
    people = [("Ada", "Quill"), ("Bo", "Reed"), ("Cleo", "Sand")][:owners]
    return _form("ENTITY", client_account_id, people, {**_company(), **changed})


def without(form: Form, *paths: str) -> Form:
    for path in paths:
        form = form.with_answer(path, "")
    return form


def _form(
    account_type: str, client_account_id: str, people: list[tuple[str, str]], more: dict[str, FieldAnswer]
) -> Form:
    answers: dict[str, FieldAnswer] = {
        "accountType": account_type,
        "clientAccountId": client_account_id,
        "investmentProfile.accountGoals.investmentObjective": "GROWTH",
        "investmentProfile.customerProfile.annualIncomeRangeUsd": "FROM_50K_TO_100K",
    }
    for position, (given, family) in enumerate(people):
        answers |= _owner(position, given, family, is_abroad=position == 2)
    return Form({**answers, **more}, len(people))


def _owner(position: int, given: str, family: str, *, is_abroad: bool) -> dict[str, FieldAnswer]:
    path, address = f"owners[{position}]", LYON if is_abroad else DENVER
    number = FRENCH_NUMBER if is_abroad else {**US_NUMBER, "taxId": f"219 09 988{position + 1}"}
    return {
        f"{path}.clientOwnerId": f"person-{position + 1}",
        f"{path}.emailAddress": f"{given.lower()}@example.com",
        f"{path}.phoneNumber": "04 72 10 30 30" if is_abroad else "(303) 555-0142",
        f"{path}.identity.givenName": given,
        f"{path}.identity.familyName": family,
        f"{path}.identity.dateOfBirth": "1984-05-06",
        **{f"{path}.identity.{name}": value for name, value in number.items()},
        **{f"{path}.identity.personalAddress.{name}": value for name, value in address.items()},
        f"{path}.mailingAddress.same": "yes",
        f"{path}.identity.employment.employerName": "Larch & Sons",
        f"{path}.identity.employment.position": "Clerk",
        **{f"{path}.identity.employment.employerAddress.{name}": value for name, value in address.items()},
        f"{path}.agreements[0].name": "Digital asset user agreement",
        f"{path}.agreements[0].version": "4.2",
    }


def _company() -> dict[str, FieldAnswer]:
    return {
        "entity.entityLegalName": "Larch & Sons LLC",
        "entity.entityType": "LLC",
        "entity.entityTaxId": "121234567",
        "entity.entityEmailAddress": "office@example.com",
        "entity.entityPhoneNumber": "(303) 555-0143",
        "entity.operatingIndustry": "Timber",
        **{f"entity.registeredAddress.{name}": value for name, value in DENVER.items()},
        **{f"entity.operatingAddress.{name}": value for name, value in DENVER.items()},
    }
