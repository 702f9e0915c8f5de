"""An update differs from what Bakkt holds only in the edited places; locked fields stay unchanged."""

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.rounds import examples
from tests.support.update_bodies import edited, mutated, payloads_of_the_sandbox
from workbench.domain.updates import ABSENT, Edits, Path, apply_edits, compare, path_name
from workbench.domain.updates.answers import read_form
from workbench.domain.updates.carrying import placed_refusals, rebased_form
from workbench.domain.updates.editing import paths_to_read_back
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.letters import ownership_letter, restricted_change_letter
from workbench.domain.updates.paths import is_same, path_of, value_at
from workbench.domain.updates.permissions import (
    Permission,
    forbidden_edits,
    masked_values,
    permission_of,
    restricted_fields,
    touches_agreements,
    touches_ownership,
)
from workbench.domain.updates.sections import content_of
from workbench.domain.updates.versions import path_in_newer_copy, side_by_side

TODAY = date(2026, 11, 22)
PAYLOADS = payloads_of_the_sandbox()
CITY: Path = ("owners", 0, "identity", "personalAddress", "city")


def address(**other: Any) -> dict[str, Any]:
    return {
        "streetAddress": ["1 Elm St"],
        "city": "Reno",
        "state": "NV",
        "postalCode": "89501",
        "country": "USA",
    } | other


def person(given: str, number: str, **other: Any) -> dict[str, Any]:
    return {
        "role": "PRIMARY_OWNER" if given == "Ada" else "BENEFICIAL_OWNER",
        "clientOwnerId": f"o-{given}",
        "identity": {
            "givenName": given,
            "familyName": "Lark",
            "dateOfBirth": "1980-01-02",
            "taxId": number,
            "taxIdType": "SSN",
            "personalAddress": address(),
        },
        "emailAddress": f"{given.lower()}@example.com",
        "phoneNumber": "+12025550143",
        "mailingAddress": address(),
        "agreements": [{"name": "Terms", "version": "4.2"}],
    } | other


def individual(**other: Any) -> dict[str, Any]:
    return {"clientAccountId": "A-1", "accountType": "INDIVIDUAL", "owners": [person("Ada", "123-45-6789")]} | other


def entity(**other: Any) -> dict[str, Any]:
    owners = [person("Ada", "123-45-6789"), person("Bo", "234-56-7890"), person("Cy", "345-67-8901")]
    return {
        "clientAccountId": "E-1",
        "accountType": "ENTITY",
        "entity": {"entityLegalName": "Lark Ltd", "entityTaxId": "66-1234567", "operatingCountries": ["USA"]},
        "owners": owners,
    } | other


def undone(held: dict[str, Any], outgoing: dict[str, Any], edits: Edits) -> dict[str, Any]:
    """Undo every edit in the outgoing body: an oracle that shares no code with the implementation."""
    back = copy.deepcopy(outgoing)
    for path in sorted((path for path, new in edits.items() if new is ABSENT), key=str):
        holder: Any = back
        for step in path[:-1]:
            holder = holder[step]
        old = copy.deepcopy(value_at(held, path))
        if isinstance(path[-1], int):
            holder.insert(path[-1], old)
        else:
            source = value_at(held, path[:-1])
            members = {**holder, path[-1]: old}
            holder.clear()
            holder.update({name: members[name] for name in source if name in members} | members)
    for path, new in edits.items():
        if new is not ABSENT:
            _put_back(back, held, path)
    return back


def _put_back(back: Any, held: Any, path: Path) -> None:
    """Put back the old value, or remove the outermost part that was added."""
    for depth in range(1, len(path) + 1):
        if value_at(held, path[:depth]) in (ABSENT, None) or depth == len(path):
            holder = value_at(back, path[: depth - 1])
            old = value_at(held, path[:depth])
            if old is not ABSENT:
                holder[path[depth - 1]] = copy.deepcopy(old)
            elif value_at(holder, (path[depth - 1],)) is not ABSENT:
                del holder[path[depth - 1]]
            return


@pytest.mark.slow
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_edit_of_any_payload_differs_in_the_edited_places_alone(data: st.DataObject) -> None:
    held = data.draw(mutated(PAYLOADS))
    before = copy.deepcopy(held)
    edits = read_form(content_of(data.draw(edited(held))), TODAY).edits
    outgoing = apply_edits(held, edits)
    review = compare(held, outgoing, edits)
    assert is_same(held, before)
    assert review.dropped == ()
    assert is_same(undone(held, outgoing, edits), held)
    assert all(any(change.path[: len(path)] == path for path in edits) for change in review.changed)
    assert not list(forbidden_edits(held, edits))


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_else_is_lost_or_altered_is_found(data: st.DataObject) -> None:
    """The comparison checks the outgoing body itself: if any one value of it is corrupted, it reports that."""
    held = data.draw(mutated(PAYLOADS))
    outgoing = apply_edits(held, {})
    paths = [path for path, _ in _leaves(outgoing)]
    path = data.draw(st.sampled_from(paths))
    holder = value_at(outgoing, path[:-1])
    if data.draw(st.booleans()):
        del holder[path[-1]]
    else:
        holder[path[-1]] = "another value"
    assert compare(held, outgoing, {}).dropped or is_same(held, outgoing)


def _leaves(tree: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    inner = [leaf for step, value in items for leaf in _leaves(value, (*path, step))]
    return inner or [(path, tree)]


@pytest.mark.parametrize(
    "add_fault",
    [
        lambda body: body.pop("tags"),
        lambda body: body["tags"].reverse(),
        lambda body: body.update(number=float(body["number"])),
        lambda body: body.update(weight=Decimal("0.1")),
        lambda body: body.update(flag=1),
        lambda body: body.update(nothing=""),
        lambda body: body.update(new=None),
        lambda body: body.update(clientAccountId=body.pop("clientAccountId")),
        lambda body: body["owners"][0].pop("emailAddress"),
        lambda body: body["owners"].append(body["owners"][0]),
        lambda body: body["owners"][0]["identity"]["personalAddress"].update(city="Elko"),
    ],
)
def test_a_spoilt_body_is_never_taken_for_the_edit(add_fault: Any) -> None:
    held = individual(tags=["a", None, {"b": 1}], number=2**70, weight=Decimal("0.10"), flag=True, nothing=None)
    edits: Edits = {CITY: "Sparks"}
    outgoing = apply_edits(held, edits)
    assert compare(held, outgoing, edits).dropped == ()
    add_fault(outgoing)
    assert compare(held, outgoing, edits).dropped


def test_the_review_counts_what_stays_and_names_what_changes() -> None:
    edits: Edits = {CITY: "Sparks", ("owners", 0, "mailingAddress", "streetAddress", 1): "Flat 2"}
    held = individual()
    review = compare(held, apply_edits(held, edits), edits)
    assert [change.name for change in review.changed] == [path_name(path) for path in edits]
    assert [change.old for change in review.changed] == ["Reno", ABSENT]
    assert review.unchanged_count == len(_leaves(held)) - 1
    assert "Sparks" not in repr(review)


def test_owners_come_and_go_without_moving_the_others() -> None:
    held, new = entity(), person("Di", "456-78-9012")
    edits: Edits = {("owners", 1): ABSENT, ("owners", 3): new, ("owners", 2, "phoneNumber"): "+12025550199"}
    outgoing = apply_edits(held, edits)
    assert [owner["identity"]["givenName"] for owner in outgoing["owners"]] == ["Ada", "Cy", "Di"]
    assert outgoing["owners"][1]["phoneNumber"] == "+12025550199"
    review = compare(held, outgoing, edits)
    assert review.dropped == ()
    assert [change.name for change in review.changed] == ["owners[1]", "owners[2].phoneNumber", "owners[3]"]
    assert paths_to_read_back(held, edits)[0] == ("owners",)


def test_paths_are_written_as_bakkt_writes_them() -> None:
    assert path_name(CITY) == "owners[0].identity.personalAddress.city"
    assert path_of("owners[0].identity.personalAddress.city") == CITY


# what may change


@pytest.mark.parametrize(
    ("name", "permission"),
    [
        ("owners[0].phoneNumber", Permission.ALLOWED),
        ("owners[1].identity.familyName", Permission.ALLOWED),
        ("owners[0].identity.personalAddress.city", Permission.ALLOWED),
        ("owners[0].mailingAddress.streetAddress[1]", Permission.ALLOWED),
        ("entity.entityLegalName", Permission.ALLOWED),
        ("entity.registeredAddress.city", Permission.ALLOWED),
        ("owners[0].emailAddress", Permission.UNSURE),
        ("owners[0].identity.employment.employerAddress.city", Permission.UNSURE),
        ("investmentProfile.accountGoals.riskTolerance", Permission.UNSURE),
        ("trustedContacts[0].phoneNumber", Permission.UNSURE),
        ("owners[0].agreements[0].version", Permission.AGREEMENT),
        ("owners[0].identity.dateOfBirth", Permission.RESTRICTED),
        ("owners[0].identity.citizenshipCountry", Permission.RESTRICTED),
        ("owners[2].identity.taxId", Permission.RESTRICTED),
        ("owners[2].identity.taxIdType", Permission.RESTRICTED),
        ("entity.entityTaxId", Permission.RESTRICTED),
        ("accountType", Permission.RESTRICTED),
        ("enrollments.registrationIndividual.x", Permission.RESTRICTED),
        ("id", Permission.RESTRICTED),
        ("clientAccountId", Permission.RESTRICTED),
        ("owners[0].clientOwnerId", Permission.RESTRICTED),
    ],
)
def test_each_field_may_change_as_the_guide_says(name: str, permission: Permission) -> None:
    assert permission_of(path_of(name)) is permission


@pytest.mark.parametrize(
    "edits",
    [
        {("owners", 0, "identity", "taxId"): "999-99-9999"},
        {("owners", 0, "identity", "dateOfBirth"): ABSENT},
        {("owners", 0, "identity"): {"givenName": "Ada", "taxId": "999-99-9999"}},
        {("owners", 0): ABSENT},
        {("owners", 1): person("Zed", "999-99-9999")},
        {("owners",): []},
        {("accountType",): "INDIVIDUAL"},
        {("clientAccountId",): "E-2"},
        {("entity",): {}},
    ],
)
def test_what_only_bakkts_team_changes_cannot_be_edited_even_in_a_whole(edits: Edits) -> None:
    assert list(forbidden_edits(entity(), edits))


def test_owners_of_an_individual_neither_come_nor_go() -> None:
    assert list(forbidden_edits(individual(), {("owners", 1): person("Bo", "234-56-7890")}))


def test_a_locked_field_that_is_empty_may_be_filled_in() -> None:
    held = individual()
    del held["owners"][0]["identity"]["taxId"]
    assert not list(forbidden_edits(held, {("owners", 0, "identity", "taxId"): "123-45-6789"}))


def test_a_masked_value_is_found_among_the_edits_and_in_what_bakkt_answers() -> None:
    edits: Edits = {CITY: "•••• 6789", ("owners", 3): {"identity": {"taxId": "***-**-6789"}}}
    found = [path_name(path) for path in masked_values(entity(), edits)]
    assert found == [path_name(CITY), "owners[3].identity.taxId"]
    shown_masked = individual(owners=[person("Ada", "XXX-XX-6789")])
    assert [path_name(path) for path in masked_values(shown_masked, {})] == ["owners[0].identity.taxId"]


def test_a_name_that_bakkt_holds_with_stars_may_stay() -> None:
    assert not list(masked_values(individual(owners=[person("*bold*", "123-45-6789")]), {CITY: "Sparks"}))


def test_agreements_and_ownership_are_told_apart_from_the_rest() -> None:
    assert touches_agreements({("owners", 0, "agreements", 0, "version"): "5"})
    assert not touches_agreements({CITY: "Sparks"})
    assert touches_ownership(entity(), {CITY: "Sparks"})
    assert not touches_ownership(individual(), {CITY: "Sparks"})
    assert not touches_ownership(entity(), {("entity", "entityLegalName"): "Lark Inc"})


def test_locked_fields_come_with_their_reason() -> None:
    named = {path_name(path): reason for path, _, reason in restricted_fields(individual())}
    assert set(named) == {
        "clientAccountId",
        "accountType",
        "owners[0].clientOwnerId",
        "owners[0].identity.dateOfBirth",
        "owners[0].identity.taxId",
        "owners[0].identity.taxIdType",
    }
    assert all(named.values())


# the form


def typed(request: dict[str, Any], **answers: Any) -> UpdateForm:
    form = UpdateForm(request)
    for path, answer in answers.items():
        form = form.with_typed(path, answer)
    return form


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_a_form_that_nobody_touched_changes_nothing_and_blames_nobody(number: int) -> None:
    reading = read_form(content_of(UpdateForm(PAYLOADS[number])), TODAY)
    assert (dict(reading.edits), dict(reading.errors)) == ({}, {})


def test_what_is_typed_becomes_an_edit_as_it_is_sent() -> None:
    answers = {
        "owners[0].phoneNumber": "(202) 555-0199",
        "owners[0].identity.personalAddress.city": " Sparks ",
        "owners[0].identity.personalAddress.state": "Nevada",
        "owners[0].identity.middleNames": "Mae",
        "owners[0].mailingAddress.postalCode": "89501-1234",
    }
    reading = read_form(content_of(typed(individual(), **answers)), TODAY)
    assert not reading.errors
    assert {path_name(path): new for path, new in reading.edits.items()} == {
        "owners[0].identity.middleNames": "Mae",
        "owners[0].phoneNumber": "+12025550199",
        "owners[0].identity.personalAddress.city": "Sparks",
        "owners[0].mailingAddress.postalCode": "89501-1234",
    }


BAD = {
    "owners[0].identity.givenName": ["", "A" * 1001, "A\u202eda", "A\nda", "•••• Ada"],
    "owners[0].identity.familyName": ["  ", "La\u2028rk"],
    "owners[0].phoneNumber": ["", "12", "+999 1", "•••• 0143", "call me", "+1202555014👍3"],
    "owners[0].identity.personalAddress.streetAddress[0]": ["", "•••", "1 Elm\nSt", "x" * 1001],
    "owners[0].identity.personalAddress.city": ["", "\u200fReno"],
    "owners[0].identity.personalAddress.country": ["", "Atlantis", "ZZZ", "••"],
    "owners[0].identity.personalAddress.state": ["", "Ontario", "N9"],
    "owners[0].identity.personalAddress.postalCode": ["", "••••"],
    "owners[0].emailAddress": ["", "ada", "ada@", "a da@example.com"],
    "owners[0].agreements[0].version": ["", "•••"],
}


@pytest.mark.parametrize(("path", "answer"), [(path, answer) for path, bad in BAD.items() for answer in bad])
def test_each_field_says_itself_what_is_wrong_with_it(path: str, answer: str) -> None:
    reading = read_form(content_of(typed(individual(), **{path: answer})), TODAY)
    assert path in reading.errors
    assert path_of(path) not in reading.edits
    assert not answer.strip() or answer.strip() not in reading.errors[path]


UNUSUAL = {
    "owners[0].identity.givenName": ["A" * 101, "Ada 😀", "Ada 3rd", "42", "Unknown"],
    "owners[0].identity.familyName": ["***", "LNU"],
    "owners[0].phoneNumber": ["+1 555 999 1234"],
    "owners[0].identity.personalAddress.streetAddress[0]": ["x" * 300],
    "owners[0].identity.personalAddress.city": ["😀"],
    "owners[0].identity.personalAddress.postalCode": ["8950", "SW1A 1AA", "895O1"],
}


@pytest.mark.parametrize(("path", "answer"), [(path, answer) for path, odd in UNUSUAL.items() for answer in odd])
def test_what_is_unusual_is_an_edit_that_is_doubted(path: str, answer: str) -> None:
    reading = read_form(content_of(typed(individual(), **{path: answer})), TODAY)
    assert not reading.errors
    assert path_of(path) in reading.edits
    assert list(reading.doubts) == [path]
    assert all(answer not in f"{doubt.short} {doubt.words}" for doubt in reading.doubts[path])


def test_an_optional_field_that_is_emptied_is_taken_out() -> None:
    held = individual()
    held["owners"][0]["identity"]["middleNames"] = "Mae"
    held["owners"][0]["mailingAddress"]["streetAddress"].append("Flat 2")
    answers = {"owners[0].identity.middleNames": "", "owners[0].mailingAddress.streetAddress[1]": ""}
    edits = read_form(content_of(typed(held, **answers)), TODAY).edits
    assert set(edits.values()) == {ABSENT}
    outgoing = apply_edits(held, edits)
    assert "middleNames" not in outgoing["owners"][0]["identity"]
    assert outgoing["owners"][0]["mailingAddress"]["streetAddress"] == ["1 Elm St"]


def test_a_null_that_stays_empty_stays_a_null() -> None:
    held = individual()
    held["owners"][0]["identity"]["middleNames"] = None
    reading = read_form(content_of(typed(held, **{"owners[0].identity.middleNames": " "})), TODAY)
    assert (dict(reading.edits), dict(reading.errors)) == ({}, {})


def test_moving_to_the_usa_wants_its_postal_code_and_state() -> None:
    held = individual()
    held["owners"][0]["mailingAddress"] = address(country="FRA", state="Savoie", postalCode="73000 X")
    reading = read_form(content_of(typed(held, **{"owners[0].mailingAddress.country": "USA"})), TODAY)
    assert list(reading.errors) == ["owners[0].mailingAddress.state"]
    assert list(reading.doubts) == ["owners[0].mailingAddress.postalCode"]
    del held["owners"][0]["mailingAddress"]["postalCode"]
    reading = read_form(content_of(typed(held, **{"owners[0].mailingAddress.country": "USA"})), TODAY)
    assert set(reading.errors) == {"owners[0].mailingAddress.postalCode", "owners[0].mailingAddress.state"}


def test_a_line_of_a_street_cannot_stand_without_the_one_before() -> None:
    held = individual()
    del held["owners"][0]["mailingAddress"]
    path = "owners[0].mailingAddress.streetAddress[1]"
    assert path in read_form(content_of(typed(held, **{path: "Flat 2"})), TODAY).errors


def test_locked_fields_and_values_of_another_shape_are_not_offered() -> None:
    held = individual()
    held["owners"][0]["phoneNumber"] = 12025550143
    held["owners"][0]["mailingAddress"] = "1 Elm St, Reno"
    offered = {one.form_field.path for section in content_of(UpdateForm(held)).sections for one in section.fields}
    assert "owners[0].identity.givenName" in offered
    assert not offered & {"owners[0].phoneNumber", "owners[0].identity.taxId", "clientAccountId", "accountType"}
    assert not [path for path in offered if path.startswith("owners[0].mailingAddress")]


def test_lists_of_any_length_are_offered_whole() -> None:
    held = individual(trustedContacts=[{"givenName": "Eve", "familyName": "Moss"}])
    held["owners"][0]["agreements"].append({"name": "Rider", "version": "1"})
    held["owners"][0]["mailingAddress"]["streetAddress"] = ["a", "b", "c", "d"]
    offered = {one.form_field.path for section in content_of(UpdateForm(held)).sections for one in section.fields}
    assert {
        "owners[0].mailingAddress.streetAddress[3]",
        "owners[0].agreements[1].version",
        "owners[0].agreements[2].version",
        "trustedContacts[0].givenName",
    } <= offered


def new_owner(form: UpdateForm, **changed: str) -> UpdateForm:
    place = form.held_owners
    answers = {
        "identity.givenName": "Di",
        "identity.familyName": "Moss",
        "identity.dateOfBirth": "1990-05-06",
        "identity.taxIdType": "SSN",
        "identity.taxId": "219-09-9999",
        "emailAddress": "di@example.com",
        "phoneNumber": "+12025550177",
        "identity.employment.employerName": "Lark Ltd",
        "identity.employment.position": "Director",
        "agreements[0].name": "Terms",
        "agreements[0].version": "4.2",
    }
    for holder in ("identity.personalAddress", "mailingAddress", "identity.employment.employerAddress"):
        answers |= {
            f"{holder}.streetAddress[0]": "2 Oak St",
            f"{holder}.city": "Reno",
            f"{holder}.state": "NV",
            f"{holder}.postalCode": "89501",
            f"{holder}.country": "USA",
        }
    form = form.with_new_owner("o-Di")
    for path, answer in (answers | changed).items():
        form = form.with_typed(f"owners[{place}].{path}", answer)
    return form


def test_a_new_owner_of_an_entity_is_added_whole() -> None:
    reading = read_form(content_of(new_owner(UpdateForm(entity()))), TODAY)
    assert not reading.errors
    added = reading.edits["owners", 3]
    assert (added["role"], added["clientOwnerId"]) == ("BENEFICIAL_OWNER", "o-Di")
    assert not list(forbidden_edits(entity(), reading.edits))
    review = compare(entity(), apply_edits(entity(), reading.edits), reading.edits)
    assert [change.name for change in review.changed] == ["owners[3]"]


def test_a_new_owner_lacks_nothing_and_shares_no_id() -> None:
    form = new_owner(UpdateForm(entity()), **{"identity.familyName": "", "clientOwnerId": "o-Bo"})
    reading = read_form(content_of(form), TODAY)
    assert {"owners[3].identity.familyName", "owners[3].clientOwnerId"} <= set(reading.errors)
    assert ("owners", 3) not in reading.edits
    assert not read_form(content_of(form.without_new_owners()), TODAY).errors


def test_an_owner_who_stood_alone_needs_an_id_beside_a_new_one() -> None:
    alone = entity(owners=[person("Ada", "123-45-6789")])
    del alone["owners"][0]["clientOwnerId"]
    form = new_owner(UpdateForm(alone))
    assert "owners[0].clientOwnerId" in read_form(content_of(form), TODAY).errors
    named = read_form(content_of(form.with_typed("owners[0].clientOwnerId", "o-Ada")), TODAY)
    assert not named.errors
    assert not list(forbidden_edits(alone, named.edits))


def test_what_was_typed_of_an_owner_who_goes_out_is_not_sent() -> None:
    form = typed(entity(), **{"owners[2].phoneNumber": "nonsense"}).with_owner_removed(2, is_removed=True)
    reading = read_form(content_of(form), TODAY)
    assert (dict(reading.edits), dict(reading.errors)) == ({("owners", 2): ABSENT}, {})
    assert read_form(content_of(form.with_owner_removed(2, is_removed=False)), TODAY).errors


def test_refusals_land_at_the_owner_that_was_meant() -> None:
    form = UpdateForm(entity()).with_owner_removed(1, is_removed=True)
    placed = placed_refusals(
        content_of(form), [("owners[1].phoneNumber", "is odd"), ("owners[0].identity.taxId", "may not change")]
    )
    assert dict(placed.by_path) == {"owners[2].phoneNumber": "is odd"}
    assert placed.unplaced == (("owners[0].identity.taxId", "may not change"),)


def test_a_refusal_of_what_only_an_update_asks_lands_there_and_not_at_its_neighbour() -> None:
    held = individual(trustedContacts=[{"givenName": "Eve", "familyName": "Moss"}])
    held["owners"][0]["agreements"].append({"name": "Privacy", "version": "1"})
    held["owners"][0]["mailingAddress"]["streetAddress"] = ["1 Elm St", "Flat 2", "c/o Moss"]
    wrong = ["owners[0].agreements[1].version", "owners[0].mailingAddress.streetAddress[2]"]
    locked = "owners[0].identity.citizenshipCountry"
    placed = placed_refusals(content_of(UpdateForm(held)), [(name, "is odd") for name in [*wrong, locked]])
    assert (dict(placed.by_path), placed.unplaced) == (dict.fromkeys(wrong, "is odd"), ((locked, "is odd"),))


def test_a_refusal_of_what_is_locked_elsewhere_lands_at_a_new_owner_who_is_asked_for_it() -> None:
    form = new_owner(UpdateForm(entity()))
    asked, locked = f"owners[{form.held_owners}].identity.dateOfBirth", "owners[0].identity.dateOfBirth"
    placed = placed_refusals(content_of(form), [(asked, "is odd"), (locked, "may not change")])
    assert (dict(placed.by_path), placed.unplaced) == ({asked: "is odd"}, ((locked, "may not change"),))


# trusted contacts


def contact(given: str, **other: Any) -> dict[str, Any]:
    return {"givenName": given, "familyName": "Moss", "phoneNumber": "+12025550150", "kept": None} | other


def test_a_trusted_contact_is_added_even_where_there_was_none() -> None:
    for held in (individual(), individual(trustedContacts=None), individual(trustedContacts=[])):
        form = typed(held).with_new_contact()
        assert set(read_form(content_of(form), TODAY).errors) == {
            "trustedContacts[0].givenName",
            "trustedContacts[0].familyName",
        }
        for name, answer in (("givenName", "Eve"), ("familyName", "Moss"), ("phoneNumber", "+1 202 555 0150")):
            form = form.with_typed(f"trustedContacts[0].{name}", answer)
        reading = read_form(content_of(form), TODAY)
        added = {"givenName": "Eve", "familyName": "Moss", "phoneNumber": "+12025550150"}
        assert (dict(reading.edits), dict(reading.errors)) == ({("trustedContacts", 0): added}, {})
        outgoing = apply_edits(held, reading.edits)
        assert (outgoing["trustedContacts"], compare(held, outgoing, reading.edits).dropped) == ([added], ())
        assert not list(forbidden_edits(held, reading.edits))
        assert not read_form(content_of(form.without_new_contacts()), TODAY).edits


def test_a_trusted_contact_is_taken_out_and_the_others_stay_as_they_are() -> None:
    held = individual(trustedContacts=[contact("Eve"), contact("Fay"), contact("Gil")])
    form = typed(held, **{"trustedContacts[1].phoneNumber": "nonsense"}).with_contact_removed(1, is_removed=True)
    reading = read_form(content_of(form), TODAY)
    assert (dict(reading.edits), dict(reading.errors)) == ({("trustedContacts", 1): ABSENT}, {})
    outgoing = apply_edits(held, reading.edits)
    assert outgoing["trustedContacts"] == [contact("Eve"), contact("Gil")]
    assert compare(held, outgoing, reading.edits).dropped == ()
    placed = placed_refusals(content_of(form), [("trustedContacts[1].phoneNumber", "is odd")])
    assert dict(placed.by_path) == {"trustedContacts[2].phoneNumber": "is odd"}
    assert read_form(content_of(form.with_contact_removed(1, is_removed=False)), TODAY).errors


def test_contacts_are_not_offered_where_something_else_stands_in_their_place() -> None:
    sections = {
        section.key for section in content_of(UpdateForm(individual(trustedContacts={"givenName": "Eve"}))).sections
    }
    assert "contacts" not in sections


def test_an_edit_of_a_contact_never_moves_to_another_one() -> None:
    read = individual(trustedContacts=[contact("Eve"), contact("Fay"), contact("Gil"), contact("Gil")])
    now = individual(trustedContacts=[contact("Fay"), contact("Gil"), contact("Gil")])
    assert path_in_newer_copy(("trustedContacts", 1, "phoneNumber"), read, now) == ("trustedContacts", 0, "phoneNumber")
    assert path_in_newer_copy(("trustedContacts", 0, "phoneNumber"), read, now) is None
    assert path_in_newer_copy(("trustedContacts", 2, "phoneNumber"), read, now) is None
    assert path_in_newer_copy(("trustedContacts", 4, "givenName"), read, now) == ("trustedContacts", 3, "givenName")
    form = typed(read).with_contact_removed(1, is_removed=True).with_contact_removed(0, is_removed=True)
    carried, _ = rebased_form(form, now)
    assert carried.removed_contacts == {0}


# three versions


def test_three_versions_show_what_either_side_changed() -> None:
    read, now = individual(), individual(settlementMethod="NET_SETTLEMENT")
    now["owners"][0]["identity"]["personalAddress"]["city"] = "Elko"
    rows = {row.name: row for row in side_by_side(read, now, {CITY: "Sparks"})}
    assert set(rows) == {path_name(CITY), "settlementMethod"}
    city = rows[path_name(CITY)]
    assert (city.read, city.now, city.mine, city.is_conflict) == ("Reno", "Elko", "Sparks", True)
    assert not rows["settlementMethod"].is_conflict


def test_owners_are_found_again_in_another_order() -> None:
    read, now = entity(), entity()
    now["owners"][1:] = [now["owners"][2]]
    assert path_in_newer_copy(("owners", 2, "phoneNumber"), read, now) == ("owners", 1, "phoneNumber")
    assert path_in_newer_copy(("owners", 1, "phoneNumber"), read, now) is None
    assert path_in_newer_copy(("entity", "entityLegalName"), read, now) == ("entity", "entityLegalName")


def test_the_form_is_carried_over_to_bakkts_newer_copy_with_what_still_has_a_place() -> None:
    read, now = entity(), entity()
    del now["owners"][1]
    form = typed(read, **{"owners[1].phoneNumber": "+12025550111", "owners[2].phoneNumber": "+12025550122"})
    carried, lost = rebased_form(form, now)
    assert lost == 1
    assert dict(read_form(content_of(carried), TODAY).edits) == {("owners", 1, "phoneNumber"): "+12025550122"}


# messages to Bakkt


def test_letters_name_fields_and_the_account_and_no_number() -> None:
    letter = restricted_change_letter("A-1", [("Tax id of owner 1", "•••• 6789"), ("Account type", "")])
    assert "A-1" in letter
    assert "- Tax id of owner 1, now •••• 6789" in letter
    assert "- Account type\n" in letter
    assert "Di Moss was added" in ownership_letter("E-1", ["Di Moss was added"])
    assert "Shares" not in ownership_letter("E-1", ["Di Moss was added"])
    letter = ownership_letter("E-1", ["Di Moss was added"], ["Di Moss (o2) holds 30% and manages the entity"])
    assert "\n\nShares and management as we know them:\n- Di Moss (o2) holds 30% and manages the entity\n" in letter
