"""Messages to Bakkt's operations team: changes that cannot be made here, and changes in beneficial ownership.

Values are masked; the real ones go through a secure channel, never in these messages.
"""

from collections.abc import Sequence

OWNERSHIP_REMINDER = "You must tell Bakkt about every change in an entity's beneficial ownership."


def restricted_change_letter(client_account_id: str, fields: Sequence[tuple[str, str]]) -> str:
    """Asks for a change of locked fields; ``fields`` are labels with Bakkt's values, masked."""
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
            "We will send the new values and the documents through a secure channel of your choice.",
        ]
    )


def ownership_letter(client_account_id: str, changes: Sequence[str], owners: Sequence[str] = ()) -> str:
    """Tells Bakkt what changed in an entity's ownership; ``changes`` are sentences without identity numbers.

    ``owners`` say what each holds and who manages, as far as that is recorded.
    """
    shares = ["", "Shares and management as we know them:", *(f"- {owner}" for owner in owners)] if owners else []
    return "\n".join(
        [
            "To Bakkt's operations and compliance team",
            "",
            f"The beneficial ownership of our entity account {client_account_id} (clientAccountId) has changed:",
            *(f"- {change}" for change in changes),
            *shares,
            "",
            "We updated the account accordingly through the API. Identity documents of new owners will be uploaded;",
            "an updated certificate of beneficial owners is available on request.",
        ]
    )
