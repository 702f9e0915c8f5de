"""What past KYB screens mean for a new one (their times: query ``kyb/turnaround_summary``)."""

from workbench.domain.moments import duration


def consequence_of(decided: int, median_hours: float | None, p90_hours: float | None) -> str:
    """What triggering KYB screening means, with the median and the 90th percentile of the decided ones, in hours."""
    before = "Bakkt screens the business and its owners. It cannot be undone; missing documents cost days."
    if median_hours is None or p90_hours is None:
        return f"{before} The usual time is not known yet: no screening has been decided so far."
    screenings = f"{decided} decided {'screening' if decided == 1 else 'screenings'}"
    return f"{before} Usually {duration(median_hours)}, 90% within {duration(p90_hours)} ({screenings})."
