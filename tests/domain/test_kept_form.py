"""An update as a draft keeps it: restored on Bakkt's present copy, where people may have moved or gone."""

import json
from typing import Any

from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.kept_form import kept_form, restored_form


def request_of(*owner_ids: str) -> dict[str, Any]:
    owners = [{"clientOwnerId": one, "identity": {"givenName": "Ada", "taxId": "123456789"}} for one in owner_ids]
    return {"entity": {}, "owners": owners, "trustedContacts": [{"givenName": "Bo", "familyName": "Vale"}]}


def through_json(form: UpdateForm) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(kept_form(form)))
    return found


def test_a_form_comes_back_as_it_was() -> None:
    form = UpdateForm(request_of("o1", "o2"), {"owners[1].phoneNumber": "1", "entity.operatingCountries": ("USA",)})
    form = form.with_owner_removed(0, is_removed=True).with_new_contact().with_contact_removed(0, is_removed=True)
    assert restored_form(through_json(form), form.request) == (form, 0)


def test_values_follow_an_owner_to_another_place_and_go_with_one_who_was_removed() -> None:
    form = UpdateForm(request_of("o1", "o2"), {"owners[1].phoneNumber": "1", "owners[0].phoneNumber": "2"})
    restored, lost = restored_form(through_json(form), request_of("o2"))
    assert (restored.typed, lost) == ({"owners[0].phoneNumber": "1"}, 1)


def test_bakkts_values_are_not_kept() -> None:
    kept = json.dumps(kept_form(UpdateForm(request_of("o1"), {"owners[0].phoneNumber": "1"})))
    assert "123456789" not in kept
    assert "Ada" not in kept


def test_lists_of_an_unexpected_kind_keep_nothing_of_people() -> None:
    form = UpdateForm({"owners": ["odd"], "trustedContacts": "odd"}, {"settlementMethod": "NET"})
    restored, lost = restored_form(through_json(form), form.request)
    assert (restored.typed, lost) == ({"settlementMethod": "NET"}, 0)
