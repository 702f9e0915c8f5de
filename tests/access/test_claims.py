"""Who comes in with which claims, and as what."""

from datetime import UTC, datetime, timedelta

import pytest

from workbench.access.acting import Person
from workbench.access.claims import (
    Claims,
    SignedOutError,
    SignInRefusedError,
    SignInRules,
    check_token,
    parse_roles,
    person_of,
    session_key,
)
from workbench.access.policy import Role

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ISSUER = "https://login.example.com"
ROLES = {"desk-viewers": Role.VIEWER, "desk-agents": Role.AGENT, "desk-admins": Role.ADMIN}
RULES = SignInRules(ISSUER, "groups", ROLES)


def claims(**changed: object) -> dict[str, object]:
    """A token of Ann, issued a minute ago for an hour."""
    given = {
        "iss": ISSUER,
        "sub": "00u1a2b3",
        "name": "Ann Example",
        "preferred_username": "ann",
        "email": "ann@example.com",
        "groups": ["everyone", "desk-agents"],
        "iat": NOW.timestamp() - 60,
        "exp": NOW.timestamp() + 3540,
    }
    return {name: value for name, value in {**given, **changed}.items() if value is not None}


def refusal(given: Claims, rules: SignInRules = RULES) -> str:
    with pytest.raises(SignInRefusedError) as refused:
        person_of(given, rules)
    return refused.value.message


def test_a_person_has_the_role_of_the_group_and_the_name_of_the_token() -> None:
    ann = person_of(claims(), RULES)
    assert (ann.name, ann.role) == ("Ann Example", Role.AGENT)


def test_the_subject_says_who_it_is_and_nothing_else() -> None:
    ann = person_of(claims(), RULES)
    assert ann.subject == person_of(claims(name="Ann Married", groups=["desk-admins"]), RULES).subject
    assert ann.subject != person_of(claims(sub="00u1a2b4"), RULES).subject
    elsewhere = SignInRules("https://other.example.com", "groups", ROLES)
    assert ann.subject != person_of(claims(iss=elsewhere.issuer), elsewhere).subject
    assert len(ann.subject) == 32
    assert set(ann.subject) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("without", "name"),
    [
        ({}, "Ann Example"),
        ({"email": None}, "Ann Example"),
        ({"name": None}, "ann"),
        ({"name": "  ", "preferred_username": None}, "ann@example.com"),
        ({"name": None, "preferred_username": None, "email": None}, "00u1a2b3"),
        ({"name": "Ann\nExample"}, "Ann Example"),
        ({"name": 7}, "ann"),
        ({"name": "A" * 300}, "A" * 100),
    ],
)
def test_a_name_is_found_without_an_email_and_is_one_short_line(without: dict[str, object], name: str) -> None:
    assert person_of(claims(**without), RULES).name == name


@pytest.mark.parametrize("groups", [["desk-admins", "desk-viewers"], ["desk-viewers", "desk-admins", "desk-agents"]])
def test_of_several_roles_the_lowest_counts(groups: list[str]) -> None:
    assert person_of(claims(groups=groups), RULES).role == Role.VIEWER


@pytest.mark.parametrize(
    "groups", [None, [], ["everyone"], "", {"desk-admins": True}, [["desk-admins"]], ["Desk-Admins"], [None, 7], True]
)
def test_whoever_has_no_role_does_not_come_in(groups: object) -> None:
    assert "no role" in refusal(claims(groups=groups))


def test_whoever_is_in_too_many_groups_for_the_token_reads_that() -> None:
    assert "so many groups" in refusal(claims(groups=None, _claim_names={"groups": "src1"}))


@pytest.mark.parametrize("subject", [None, "", "  ", 7])
def test_a_token_that_names_nobody_is_refused(subject: object) -> None:
    assert "who signed in" in refusal(claims(sub=subject))


@pytest.mark.parametrize("issuer", [None, "", f"{ISSUER}/", "https://login.example.org", [ISSUER]])
def test_a_token_of_another_issuer_is_refused(issuer: object) -> None:
    assert "another provider" in refusal(claims(iss=issuer))


OKTA = {"groups": ["Everyone", "desk-admins"]}
ENTRA_GROUPS = {"groups": ["0d1f7e3a-1111-4222-8333-944455566677"], "oid": "5", "tid": "6"}
ENTRA_ROLES = {"roles": ["Desk.Admin"], "groups": None}
KEYCLOAK = {"realm_access": {"roles": ["offline_access", "desk-admins"]}, "groups": None}
AUTH0 = {"https://desk.example.com/roles": ["desk-admins"], "groups": None}
GOOGLE = {"email_verified": True, "groups": None, "hd": "example.com"}


@pytest.mark.parametrize(
    ("shape", "claim", "value"),
    [
        (OKTA, "groups", "desk-admins"),
        (ENTRA_GROUPS, "groups", "0d1f7e3a-1111-4222-8333-944455566677"),
        (ENTRA_ROLES, "roles", "Desk.Admin"),
        (KEYCLOAK, "realm_access.roles", "desk-admins"),
        (AUTH0, "https://desk.example.com/roles", "desk-admins"),
        (GOOGLE, "email", "ann@example.com"),
    ],
)
def test_the_shapes_of_the_usual_providers_give_a_role(shape: dict[str, object], claim: str, value: str) -> None:
    rules = SignInRules(ISSUER, claim, {value: Role.ADMIN})
    assert person_of(claims(**shape), rules).role == Role.ADMIN
    assert "no role" in refusal(claims(**shape), SignInRules(ISSUER, claim, {"somebody-else": Role.ADMIN}))


@pytest.mark.parametrize("verified", [None, False, "true", 1])
def test_an_address_that_the_provider_has_not_verified_gives_no_role(verified: object) -> None:
    rules = SignInRules(ISSUER, "email", {"ann@example.com": Role.ADMIN})
    assert "not verified" in refusal(claims(email_verified=verified), rules)


@pytest.mark.parametrize("claim", ["realm_access.roles", "realm_access", "realm_access.roles.more", "groups.more", "."])
def test_a_path_that_leads_nowhere_gives_no_role(claim: str) -> None:
    given = claims(realm_access={"roles": {"more": {"desk-admins": 1}}})
    assert "no role" in refusal(given, SignInRules(ISSUER, claim, ROLES))


def test_a_token_is_taken_while_it_is_valid_and_five_minutes_around_it() -> None:
    issued, expires = NOW - timedelta(minutes=1), NOW + timedelta(minutes=59)
    given = claims(nbf=issued.timestamp())
    for moment in (issued - timedelta(minutes=5), issued, expires, expires + timedelta(minutes=5)):
        check_token(given, moment)
    with pytest.raises(SignInRefusedError, match="clocks is wrong"):
        check_token(given, issued - timedelta(minutes=5, seconds=1))
    with pytest.raises(SignedOutError, match="expired"):
        check_token(given, expires + timedelta(minutes=5, seconds=1))


def test_a_token_that_is_not_valid_yet_is_refused() -> None:
    with pytest.raises(SignInRefusedError, match="clocks is wrong"):
        check_token(claims(nbf=NOW.timestamp() + 301), NOW)


@pytest.mark.parametrize("name", ["exp", "iat"])
@pytest.mark.parametrize("value", [None, "1796029200", float("nan"), float("inf"), True])
def test_a_token_without_its_times_is_refused(name: str, value: object) -> None:
    with pytest.raises(SignInRefusedError, match="does not say when"):
        check_token(claims(**{name: value}), NOW)


def test_no_refusal_quotes_a_claim() -> None:
    secret = "zebulon@example.com"
    given = claims(sub=secret, name=secret, email=secret, groups=[secret])
    assert secret not in refusal(given)
    assert secret not in refusal({**given, "iss": secret})


def test_each_sign_in_is_a_session_and_a_copy_of_its_token_is_the_same_one() -> None:
    first = claims(nonce="n1")
    assert session_key(first) == session_key(dict(reversed(first.items())))
    assert session_key(first) != session_key(claims(nonce="n2"))
    assert "ann" not in session_key(first)


def test_roles_are_read_from_the_setting_strictly() -> None:
    assert parse_roles("viewer=desk-viewers, admin = desk admins,agent=/desk/agents,agent=a@example.com,") == {
        "desk-viewers": Role.VIEWER,
        "desk admins": Role.ADMIN,
        "/desk/agents": Role.AGENT,
        "a@example.com": Role.AGENT,
    }


@pytest.mark.parametrize("text", ["viewers=zebulon", "zebulon", "=zebulon", "admin=", "ADMIN=zebulon", "admin:zebulon"])
def test_a_role_that_is_not_written_right_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="role=value") as refused:
        parse_roles(f"viewer=desk-viewers,{text}")
    assert "zebulon" not in str(refused.value)


def test_a_value_that_would_give_two_roles_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        parse_roles("viewer=desk,admin=desk")


def test_a_person_has_no_more_than_subject_name_and_role() -> None:
    assert person_of(claims(), RULES) == Person(person_of(claims(), RULES).subject, "Ann Example", Role.AGENT)
