"""The record of sync runs and failures, as the queries return it."""

from dataclasses import replace

from tests.support.facts import ago, as_naive, poll
from workbench.store import Store
from workbench.store.records.runs import Failure, Run


def failure(client_account_id: str, hours_ago: float, reason: str = "No answer.") -> Failure:
    return Failure(client_account_id, "Bakkt cannot be reached", reason, ago(hours_ago))


def test_a_run_is_told_while_it_lasts_and_after_it(desk: Store) -> None:
    run = Run("run-1", ago(3), "due", accounts_due=10)
    desk.begin_run(run)
    (under_way,) = desk.read_rows("sync/runs")
    assert (under_way["run_id"], under_way["finished_at"], under_way["accounts_due"]) == ("run-1", None, 10)
    desk.end_run(replace(run, finished_at=ago(2), accounts_read=9, accounts_failed=1, requests=31))
    (done,) = desk.read_rows("sync/runs")
    assert done["finished_at"] == as_naive(ago(2))
    assert (done["accounts_read"], done["accounts_failed"], done["requests"]) == (9, 1, 31)


def test_runs_are_told_newest_first(desk: Store) -> None:
    for hour in (5, 9, 1):
        desk.end_run(Run(f"run-{hour}", ago(hour), "due", finished_at=ago(hour - 0.5)))
    assert [row["run_id"] for row in desk.read_rows("sync/runs")] == ["run-1", "run-5", "run-9"]


def test_a_run_left_open_by_a_killed_process_is_ended_by_the_next(desk: Store) -> None:
    desk.begin_run(Run("killed", ago(5), "due"))
    desk.begin_run(Run("next", ago(1), "due"))
    rows = {row["run_id"]: row for row in desk.read_rows("sync/runs")}
    assert rows["killed"]["finished_at"] == as_naive(ago(1))
    assert rows["killed"]["stopped_because"]
    assert rows["next"]["finished_at"] is None


def test_a_failure_is_listed_until_its_account_is_read(desk: Store) -> None:
    desk.land_registry(["A", "B"], "file")
    desk.land_failures("run-1", [failure("A", 5), failure("B", 5)])
    desk.land_readings([poll("A", ago(4))])
    assert [row["client_account_id"] for row in desk.read_rows("sync/failures")] == ["B"]
    assert desk.read_rows("data/health")[0]["failing"] == 1
    assert desk.read_rows("today/summary")[0]["failures_open"] == 1


def test_an_account_that_failed_often_is_one_row_with_its_latest_reason(desk: Store) -> None:
    desk.land_failures("run-1", [failure("A", 9, "first"), failure("A", 2, "latest"), failure("A", 5, "second")])
    (row,) = desk.read_rows("sync/failures")
    assert (row["reason"], row["failed_at"], row["times"]) == ("latest", as_naive(ago(2)), 3)


def test_a_failure_never_takes_away_what_was_read_before(desk: Store) -> None:
    desk.land_readings([poll("A", ago(9))])
    before = desk.read_rows("accounts/standing")
    desk.land_failures("run-1", [failure("A", 2)])
    assert desk.read_rows("accounts/standing") == before
    assert [row["client_account_id"] for row in desk.read_rows("sync/failures")] == ["A"]
