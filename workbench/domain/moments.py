"""Moments in time: with and without a zone, and in words."""

from datetime import UTC, datetime


def moment_in_words(moment: datetime) -> str:
    return f"{moment:%H:%M} UTC on {moment.day} {moment:%B %Y}"


def aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
