"""Ready texts for Bakkt's operations team: what cannot be changed here, and changes in beneficial ownership.

Values arrive masked; the true ones travel by a channel that both sides trust, never in such a text.
"""

from collections.abc import Sequence

OWNERSHIP_REMINDER = "Bakkt must be told of every change in the beneficial ownership of an entity, by you."


def restricted_change_letter(client_account_id: str, fields: Sequence[tuple[str, str]]) -> str:
    """Asks for a change of locked fields; ``fields`` are labels with what Bakkt holds, masked."""
    lines = [f"- {label}, now {held}" if held else f"- {label}" for label, held in fields]
    return "\n".join(
        [
            "To Bakkt's operations and compliance team",
            "",
            f"Please change the following for our account {client_account_id} (clientAccountId):",
            *lines,
            "",
            "[Keep what applies. Say why it changes, and which document proves it.]",
            "",
            "We give the new values and the documents by the secure channel that you name.",
        ]
    )


def ownership_letter(client_account_id: str, changes: Sequence[str]) -> str:
    """Tells Bakkt what changed in who owns an entity; ``changes`` are sentences without identity numbers."""
    return "\n".join(
        [
            "To Bakkt's operations and compliance team",
            "",
            f"The beneficial ownership of our entity account {client_account_id} (clientAccountId) changed:",
            *(f"- {change}" for change in changes),
            "",
            "The account was updated accordingly over the API. Identity documents of new owners follow as uploads;",
            "an updated certificate of beneficial owners is available on request.",
        ]
    )
