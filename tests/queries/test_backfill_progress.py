"""Progress of filling in missing data, counted from what each reading found missing."""

from tests.support.facts import ago, poll
from workbench.store import Store

PHONE, TAX = "owners[0].phoneNumber", "owners[0].identity.taxId"


def progress(desk: Store) -> dict[tuple[str, str], tuple[int, int, float]]:
    rows = desk.read_rows("quality/backfill_progress")
    return {
        (row["account_type"], row["field"]): (
            row["accounts_missing"],
            row["accounts_backfilled"],
            row["share_backfilled"],
        )
        for row in rows
    }


def test_nothing_is_counted_where_nothing_ever_lacked(desk: Store) -> None:
    desk.land_readings([poll("a", ago(2))])
    assert progress(desk) == {}


def test_what_an_earlier_reading_lacked_and_the_newest_has_is_backfilled(desk: Store) -> None:
    desk.land_readings([poll("a", ago(3), missing_fields=(PHONE, TAX)), poll("b", ago(3), missing_fields=(PHONE,))])
    desk.land_readings([poll("a", ago(2), missing_fields=(TAX,), request_status="PENDING")])
    assert progress(desk) == {
        ("INDIVIDUAL", "owners[].phoneNumber"): (1, 1, 0.5),
        ("INDIVIDUAL", "owners[].identity.taxId"): (1, 0, 0.0),
    }


def test_what_lacks_again_is_missing(desk: Store) -> None:
    for hours, missing in ((4, (PHONE,)), (3, ()), (2, (PHONE,))):
        desk.land_readings([poll("a", ago(hours), missing_fields=missing, request_status=f"S{hours}")])
    assert progress(desk) == {("INDIVIDUAL", "owners[].phoneNumber"): (1, 0, 0.0)}


def test_an_account_counts_once_however_many_of_its_owners_lack_a_field(desk: Store) -> None:
    second = "owners[1].phoneNumber"
    desk.land_readings([poll("a", ago(3), account_type="ENTITY", missing_fields=(PHONE, second))])
    desk.land_readings([poll("a", ago(2), account_type="ENTITY", missing_fields=(second,), request_status="PENDING")])
    assert progress(desk) == {("ENTITY", "owners[].phoneNumber"): (1, 0, 0.0)}


def test_a_reading_that_comes_late_tells_of_what_was_missing_then(desk: Store) -> None:
    desk.land_readings([poll("a", ago(2))])
    desk.land_readings([poll("a", ago(3), missing_fields=(PHONE,), request_status="PENDING")])
    assert progress(desk) == {("INDIVIDUAL", "owners[].phoneNumber"): (0, 1, 1.0)}


def test_what_two_earlier_readings_lacked_is_backfilled_once(desk: Store) -> None:
    for hours, missing in ((5, (PHONE, TAX)), (4, (PHONE,)), (3, ("owners[1].phoneNumber",)), (2, ())):
        desk.land_readings([poll("a", ago(hours), missing_fields=missing, request_status=f"S{hours}")])
    assert progress(desk) == {
        ("INDIVIDUAL", "owners[].identity.taxId"): (0, 1, 1.0),
        ("INDIVIDUAL", "owners[].phoneNumber"): (0, 1, 1.0),
    }


def test_accounts_are_counted_together_whether_they_lack_other_fields_too(desk: Store) -> None:
    lacking = {"a": (PHONE,), "b": (PHONE, TAX), "c": (PHONE, TAX), "d": ("owners[1].phoneNumber",)}
    desk.land_readings([poll(account, ago(2), missing_fields=missing) for account, missing in lacking.items()])
    assert progress(desk) == {
        ("INDIVIDUAL", "owners[].phoneNumber"): (4, 0, 0.0),
        ("INDIVIDUAL", "owners[].identity.taxId"): (2, 0, 0.0),
    }
