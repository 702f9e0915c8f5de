"""The measures of Explore in pandas, from the sandbox's own state and the events it sent: no rule of the workbench."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from tests.support.answers_by_hand import rounded_up
from tests.support.facts import NOW
from tests.support.sandbox_desk import TrueAccount, sandbox_of
from workbench.sandbox.accounts.state import AccountState

TARGETS = {
    "submitted": 24,
    "under_review": 72,
    "verification": 72,
    "kyb_documents": 168,
    "kyb_ready": 24,
    "kyb_screening": 120,
    "suspended": 120,
    "unrecognised": 24,
}
READ_AT = NOW - timedelta(seconds=1)
NEVER = pd.Timestamp("2262-01-01", tz="UTC")
STEPS = ("opened", "documented", "screened", "cleared", "trading")


@dataclass(frozen=True)
class Explored:
    """One row per account, per standing it was in, and per document."""

    accounts: pd.DataFrame
    stays: pd.DataFrame
    documents: pd.DataFrame


def explored_by_hand(accounts: int, truth: list[TrueAccount]) -> Explored:
    sandbox = sandbox_of(accounts)
    events: dict[str, list[tuple[datetime, dict[str, Any]]]] = {}
    repeated = set()
    for line in sandbox.archive():
        content = json.dumps(line["body"], sort_keys=True)
        if content not in repeated:
            moment = datetime.fromisoformat(line["received_at"])
            events.setdefault(line["body"]["partnerPartyRef"], []).append((moment, line["body"]))
        repeated.add(content)
    states = sandbox.simulation.accounts
    steps = {one.id: list(_steps(one, states[one.id], events.get(one.id, []))) for one in truth}
    rows = [_account(one, steps[one.id], _links(events.get(one.id, []))) for one in truth]
    return Explored(
        pd.DataFrame(rows).set_index("id", drop=False),
        _stays(steps),
        pd.DataFrame(
            [
                {
                    "id": one.id,
                    "kind": (document.owner_id, document.document_type, document.side),
                    "at": pd.Timestamp(document.created_at),
                }
                for one in truth
                for document in states[one.id].documents
            ]
        ),
    )


def _steps(
    one: TrueAccount, state: AccountState, events: list[tuple[datetime, dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """The standings of an account over time: opened, KYB triggered, events, and what its one reading found."""
    found = [(one.opened, "kyb_documents" if one.is_entity else "submitted", None, False)]
    first_event = min((moment for moment, _ in events), default=None)
    started = state.kyb_triggered_at
    if one.is_entity and started is not None and (first_event is None or started < first_event):
        found.append((started, "kyb_screening", None, False))
    for moment, body in events:
        standing = _standing_by_event(body.get("partyStatus"), body.get("reasonCode"))
        found.append((moment, standing, body.get("reasonCode"), False))
    if not events:
        found.append((READ_AT, one.standing, None, True))
    before = None
    for moment, standing, reason, undated in sorted(found, key=lambda step: step[0]):
        if standing != before:
            yield {"id": one.id, "standing": standing, "at": pd.Timestamp(moment), "reason": reason, "undated": undated}
        before = standing


def _standing_by_event(status: str | None, reason: str | None) -> str:
    if status in ("CLOSED", "LIQUIDATED", "ACTIVE"):
        return str(status).lower()
    if reason == "DOCUMENT_VERIFICATION":
        return "verification"
    if status in ("INACTIVE", "SUSPENDED"):
        return "rejected" if reason in ("RISK_KYC", "RISK_OFAC") else "suspended"
    return "under_review" if status == "UNDER_REVIEW" else "unrecognised"


def _links(events: list[tuple[datetime, dict[str, Any]]]) -> list[tuple[datetime, datetime]]:
    """Each link's expiry and when it was first seen, by expiry."""
    seen: dict[str, tuple[datetime, datetime]] = {}
    for moment, body in events:
        url = body.get("verificationURL")
        expiry = body.get("verificationURLExpiry") or body.get("verificationUrlExpiry")
        if url and expiry and url not in seen:
            seen[url] = (datetime.fromisoformat(expiry), moment)
    return sorted(seen.values())


def _account(one: TrueAccount, steps: list[dict[str, Any]], links: list[tuple[datetime, datetime]]) -> dict[str, Any]:
    country, state = one.residence
    reached = {name: one.milestones.get(name) for name in STEPS}
    verified = [step["at"] for step in steps if step["standing"] == "verification"]
    return {
        "id": one.id,
        "opened": pd.Timestamp(one.opened),
        "is_entity": one.is_entity,
        "account_type": one.account_type,
        "country": country,
        "state": f"{country}-{state}" if country and state else None,
        "entry_month": f"{one.opened:%Y-%m}",
        "migrated": "migrated" if reached["cleared"] is not None and reached["cleared"].undated else "new",
        "completed_link": _completed(links, steps) or "none",
        "used_up_at": _used_up(links, steps),
        "verification_at": min(verified, default=None),
        "verification_undated": False,
        **{f"{name}_at": pd.Timestamp(found.moment) if found else None for name, found in reached.items()},
        **{f"{name}_undated": bool(found and found.undated) for name, found in reached.items()},
    }


def _completed(links: list[tuple[datetime, datetime]], steps: list[dict[str, Any]]) -> str | None:
    """The ordinal of the first link that was the newest when its account left verification, other than rejected."""
    for ordinal, (_, seen) in enumerate(links, 1):
        replaced = min((later for _, later in links[ordinal:]), default=None)
        for step, after in pairwise(steps):
            is_stay = step["standing"] == "verification" and after["standing"] != "rejected"
            is_there = after["at"] > seen and (replaced is None or step["at"] < replaced or step["at"] <= seen)
            if is_stay and is_there and (replaced is None or after["at"] <= replaced):
                return str(ordinal)
    return None


def _used_up(links: list[tuple[datetime, datetime]], steps: list[dict[str, Any]]) -> pd.Timestamp | None:
    """When the third link expired while its account was in verification, also one that was over when it was seen."""
    expired = []
    for expiry, seen in links:
        before = [step["standing"] for step in steps if step["at"] <= expiry]
        was_over = expiry <= seen and "verification" not in before
        if expiry <= NOW and (was_over or (before and before[-1] == "verification")):
            expired.append(pd.Timestamp(expiry))
    return expired[2] if len(expired) > 2 else None


def _stays(steps: dict[str, list[dict[str, Any]]]) -> pd.DataFrame:
    frame = pd.DataFrame([step for found in steps.values() for step in found])
    by_account = frame.groupby("id")
    frame["left"] = by_account["at"].shift(-1)
    frame["left_to"] = by_account["standing"].shift(-1)
    frame["left_undated"] = by_account["undated"].shift(-1).fillna(value=False).astype(bool)
    frame["due"] = frame["at"] + pd.to_timedelta(frame["standing"].map(TARGETS), unit="h")
    return frame


def cohort_by_hand(explored: Explored, days: int, **asked: Any) -> pd.DataFrame:
    """The accounts of a path that opened in [since, until), with the end of their window."""
    found = explored.accounts
    if asked.get("path"):
        found = found[found["is_entity"] == (asked["path"] == "entity")]
    if asked.get("since"):
        found = found[found["opened"] >= pd.Timestamp(asked["since"], tz="UTC")]
    if asked.get("until"):
        found = found[found["opened"] < pd.Timestamp(asked["until"], tz="UTC")]
    ends = found["opened"] + timedelta(days=days)
    return found.assign(ends=ends, is_mature=ends <= NOW)


def judged_by_hand(explored: Explored, measure: str, days: int = 30, **asked: Any) -> pd.DataFrame:
    """One row per account that the measure counts, with ``hit``, ``unknown`` and ``hours``."""
    cohort = cohort_by_hand(explored, days, **asked)
    if measure in ("stuck", "stayed"):
        judged = _of_stays(explored, cohort, measure, asked.get("standing", "verification"))
    elif measure == "after_reason":
        judged = _of_reasons(explored, cohort, asked["reason"], asked.get("standing", "verification"))
    elif measure == "reuploaded":
        judged = _of_documents(explored, cohort)
    else:
        judged = {"reached": _of_step, "time": _of_times, "used_up": _of_links}[measure](cohort, asked)
    return cohort.join(judged, how="inner")


def _hours(spans: Any) -> Any:
    return spans / pd.Timedelta(hours=1)


def _of_stays(explored: Explored, cohort: pd.DataFrame, measure: str, standing: str) -> pd.DataFrame:
    stays = explored.stays[explored.stays["standing"] == standing].merge(
        cohort[["ends"]], left_on="id", right_index=True
    )
    stays = stays[stays["undated"] | (stays["at"] <= stays["ends"])]
    left, ends = stays["left"].fillna(NEVER), stays["ends"]
    until = pd.concat([left, ends], axis=1).min(axis=1)
    stays["hit"] = until > stays["due"] if measure == "stuck" else left > ends
    stays["unknown"] = stays["undated"] | stays["left_undated"]
    stays["hours"] = _hours(until.where(until < pd.Timestamp(NOW), pd.Timestamp(NOW)) - stays["at"])
    return stays.groupby("id").agg({"hit": "any", "unknown": "any", "hours": "sum"})


def _of_reasons(explored: Explored, cohort: pd.DataFrame, reason: str, standing: str) -> pd.DataFrame:
    steps = explored.stays[explored.stays["reason"] == reason].merge(cohort[["ends"]], left_on="id", right_index=True)
    first = steps[steps["at"] <= steps["ends"]].drop_duplicates("id").set_index("id")
    hit = (first["left_to"] == standing) & (first["left"] <= first["ends"])
    return pd.DataFrame({"hit": hit, "unknown": False, "hours": _hours(first["left"] - first["at"])})


def _of_documents(explored: Explored, cohort: pd.DataFrame) -> pd.DataFrame:
    documents = explored.documents.sort_values("at").merge(cohort[["ends"]], left_on="id", right_index=True)
    first = documents.groupby("id").agg(at=("at", "min"), ends=("ends", "first"))
    first = first[first["at"] <= first["ends"]]
    documents["before"] = documents.groupby(["id", "kind"], dropna=False)["at"].shift()
    again = documents.dropna(subset=["before"]).drop_duplicates("id").set_index("id")
    times = first.join(again[["at", "before"]].rename(columns={"at": "at_again"}))
    hit = (times["at_again"] <= times["ends"]).fillna(value=False)
    return pd.DataFrame({"hit": hit, "unknown": False, "hours": _hours(times["at_again"] - times["before"])})


def _of_step(cohort: pd.DataFrame, asked: dict[str, Any]) -> pd.DataFrame:
    step = asked.get("step", "cleared")
    of = cohort[cohort["is_entity"]] if step == "documented" else cohort
    hit = pd.Series(data=True, index=of.index)
    for name in STEPS[: STEPS.index(step) + 1]:
        in_time = of[f"{name}_undated"] | (of[f"{name}_at"] <= of["ends"])
        hit &= in_time | (~of["is_entity"] if name == "documented" else False)
    hours = (of[f"{step}_at"] - of["opened"]).map(lambda span: rounded_up(span.to_pytimedelta()), na_action="ignore")
    return pd.DataFrame({"hit": hit, "unknown": hit & of[f"{step}_undated"], "hours": hours})


def _of_times(cohort: pd.DataFrame, asked: dict[str, Any]) -> pd.DataFrame:
    start, finish = asked.get("start", "opened"), asked.get("finish", "cleared")
    begun, done = cohort[f"{start}_at"], cohort[f"{finish}_at"]
    undated = cohort[f"{start}_undated"] | (cohort[f"{finish}_undated"] & done.notna())
    is_asked = (cohort[f"{start}_undated"] | (begun <= cohort["ends"])) & (undated | done.isna() | (done >= begun))
    judged = pd.DataFrame({"hit": done <= cohort["ends"], "unknown": undated, "hours": _hours(done - begun)})
    return judged[is_asked & begun.notna()]


def _of_links(cohort: pd.DataFrame, _: dict[str, Any]) -> pd.DataFrame:
    of = cohort[cohort["verification_at"] <= cohort["ends"]]
    used_up = pd.to_datetime(of["used_up_at"], utc=True)
    hours = _hours(used_up - of["verification_at"])
    return pd.DataFrame({"hit": used_up <= of["ends"], "unknown": False, "hours": hours})


def grouped_by_hand(judged: pd.DataFrame, *properties: str) -> pd.DataFrame:
    """The rows with a group for each property: its ten most common values or last months, others, those not known."""
    groups = {}
    for place, name in enumerate(properties):
        values = judged[name]
        counts = values.value_counts()
        common = sorted(counts.index, key=lambda value: (-counts[value], value))
        top = (sorted(counts.index)[-10:] if name == "entry_month" else common)[:10]
        groups[f"group_{place}"] = values.where(values.isin(top), "(other)").where(values.notna(), "(not known)")
    return judged.assign(**groups)


def measure_by_hand(judged: pd.DataFrame, measure: str, *properties: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """What ``explore/measure`` says of each group."""
    grouped = grouped_by_hand(judged, *properties)
    if not properties:
        return {(): _counts(grouped, measure)} if len(grouped) else {}
    keys = [f"group_{place}" for place in range(len(properties))]
    return {tuple(key): _counts(rows, measure) for key, rows in grouped.groupby(keys)}


def _counts(rows: pd.DataFrame, measure: str) -> dict[str, Any]:
    counted = rows[rows["is_mature"] & ~rows["unknown"].astype(bool)]
    hit = counted[counted["hit"].astype(bool)]
    dated = rows[~rows["unknown"].astype(bool) & rows["hit"].astype(bool)]
    timed = {"stuck": counted, "stayed": counted, "reached": dated}.get(measure, hit)
    hours = timed["hours"].dropna().astype(float)
    return {
        "accounts": len(hit),
        "of_accounts": len(counted),
        "undated": int((rows["is_mature"] & rows["unknown"].astype(bool)).sum()),
        "immature": int((~rows["is_mature"]).sum()),
        "median_hours": float(hours.quantile(0.5)) if len(hours) else None,
        "p90_hours": float(hours.quantile(0.9)) if len(hours) else None,
    }
