"""Formats times as Bakkt does: UTC, milliseconds, Z."""

from datetime import UTC, datetime


def to_milliseconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_optional(moment: datetime | None) -> str | None:
    return None if moment is None else write_moment(moment)
