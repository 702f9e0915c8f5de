"""What the Find box shows: why an account matched, with numbers masked, and what is typed as text alone."""

from typing import Any

import pytest

from workbench.ui.find.box import recent_accounts
from workbench.ui.find.hits import hits_markup, reason_of, recent_markup


def hit(**values: Any) -> dict[str, Any]:
    about = {"client_account_id": "ACC-1", "display_name": "Zoë Ærø", "account_type": "INDIVIDUAL", "turn": "us"}
    found = {
        "standing": "verification",
        "found_in": "name",
        "found_text": "zoe aero",
        "written_as": None,
        "matches": 1,
        "is_similar": False,
    }
    return about | found | {"matches": 1, "is_similar": False} | values


@pytest.mark.parametrize(
    ("found_in", "found_text", "written_as", "reason"),
    [
        ("name", "zoe aero", None, ""),
        ("account_id", "acc1", None, ""),
        ("phone", "+14155550177", None, "Phone •••• 0177"),
        ("phone", "4155550177", None, "Phone •••• 0177"),
        ("email", "zoe@northtest", ["ann@north.test", None, "Zoe@north.test"], "E-mail Zoe@north.test"),
        ("owner", "zoe obrien", ["Ann Lee", "Zoë O’Brien"], "Owner Zoë O’Brien"),
        ("owner", "zoe maria obrien", ["Zoë O’Brien"], "Owner zoe maria obrien"),
        ("business", "aero shipping", None, "Business aero shipping"),
        ("bakkt_account_id", "8d1f", None, "Bakkt account id 8d1f"),
        ("owner_id", "own1", ["OWN-1"], "Owner id OWN-1"),
        ("document", "docp1", None, "Document id docp1"),
    ],
)
def test_a_hit_says_why_it_matched(found_in: str, found_text: str, written_as: list[str] | None, reason: str) -> None:
    assert reason_of(hit(found_in=found_in, found_text=found_text, written_as=written_as)) == reason


def test_a_hit_by_a_similar_word_says_so() -> None:
    assert reason_of(hit(is_similar=True)) == "Similar: name zoe aero"
    assert reason_of(hit(is_similar=True, found_in="owner", found_text="bo lee")) == "Similar: owner bo lee"


def test_two_customers_with_one_phone_are_told_apart_by_name_and_id() -> None:
    phone = {"found_in": "phone", "found_text": "+14155550177", "matches": 2}
    shown = str(hits_markup([hit(**phone), hit(client_account_id="ACC-2", display_name="Bo Lee", **phone)], shortest=2))
    assert shown.count("Phone •••• 0177") == 2
    assert all(words in shown for words in ("Zoë Ærø", "ACC-1", "Bo Lee", "ACC-2"))
    assert "5550177" not in shown


def test_names_are_text_and_never_markup() -> None:
    name = "<img src=x onerror=alert(1)>"
    shown = str(hits_markup([hit(display_name=name, client_account_id='"><b>')], shortest=2))
    assert "<img" not in shown
    assert "&lt;img src=x" in shown
    assert 'data-account="&#34;&gt;&lt;b&gt;"' in shown


def test_more_matches_than_shown_lead_to_all_of_them() -> None:
    assert "See all 34 matches" in str(hits_markup([hit(matches=34)], shortest=2))
    assert "See all" not in str(hits_markup([hit(matches=1)], shortest=2))


def test_an_account_without_a_name_is_shown_by_its_id() -> None:
    shown = str(recent_markup([hit(display_name=None)]))
    assert '<b dir="auto">ACC-1</b>' in shown


def test_nothing_found_and_nothing_typed_say_so() -> None:
    assert "Type at least 2 letters" in str(hits_markup(None, shortest=2))
    assert "No matches." in str(hits_markup([], shortest=2))
    assert "listed here" in str(recent_markup([]))


def test_accounts_opened_last_are_shown_to_whoever_opened_them_alone() -> None:
    kept = {"whose": "ann", "accounts": ["ACC-2", "ACC-1"]}
    assert recent_accounts(kept, "ann") == ["ACC-2", "ACC-1"]
    assert recent_accounts(kept, "vic") == []


@pytest.mark.parametrize("kept", [None, [], ["ACC-1"], {"whose": "ann"}, {"whose": "ann", "accounts": "ACC-1"}])
def test_what_a_browser_keeps_otherwise_is_no_list_of_accounts(kept: object) -> None:
    assert recent_accounts(kept, "ann") == []
