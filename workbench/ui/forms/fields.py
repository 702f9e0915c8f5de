"""The form fields for an account, each with a line below it for a hint, a warning or an error.

Typed text is kept as it is. The line below is always there, so that checking an answer hardly moves the page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import htpy as h
import streamlit as st

from workbench.domain.account import Field, FieldAnswer, Form, Group, Kind, Need, check
from workbench.domain.account.places import country_name, country_names
from workbench.domain.account.roles import ROLE_SENTENCES
from workbench.domain.words import code_word
from workbench.ui.html.markup import show_heading, show_html, show_lines

FIELDS_PER_ROW = 4
NO_ANSWER = ""
LIVE = "700ms"
"""How long a person pauses before what is typed so far counts."""
_NON_BREAKING_SPACE = "\N{NO-BREAK SPACE}"
_CODE_WORDS = {
    "BAKKT_TPJ": "Bakkt TPJ",
    "SSN": "SSN",
    "ITIN": "ITIN",
    "EIN": "EIN",
    "NONE": "None",
    "LLC": "LLC",
    "NATIONAL_ID": "National id",
    "GUARDIAN_CONSERVATOR": "Guardian or conservator",
    "INTERNAL_POWER_OF_ATTY": "Internal power of attorney",
    "POWER_OF_ATTY": "Power of attorney",
}
_TAX_ID_TYPE_WORDS = {"NONE": "No number: the country has no national id"}


@dataclass(frozen=True, slots=True)
class FieldMessage:
    """The line below a field: an error or a warning; empty, the field's hint is shown."""

    words: str = ""
    tone: str = ""


KeyOf = Callable[[str], str]
"""Gives the widget key for a field's path."""


def ask_group(
    group: Group, form: Form, messages: Mapping[str, FieldMessage], key_of: KeyOf, *, is_live: bool = False
) -> None:
    """Show the group's fields, four per row; ``is_live``: a text counts while it is typed."""
    with st.container(gap="xxsmall"):
        show_heading(group.title, group.note)
        for row in filter(None, _rows(group.fields)):
            columns = 1 if row[0].kind is Kind.LONG_TEXT else FIELDS_PER_ROW
            for column, one in zip(st.columns(columns, gap="small"), row, strict=False):
                with column:
                    ask(one, form.answers.get(one.path, NO_ANSWER), key_of(one.path), is_live=is_live)
                    _show_message(one, messages.get(one.path, FieldMessage()))
        for one in group.fields:
            if one.kind is Kind.ROLE and len(one.choices) > 1:
                _show_roles(one.choices)


def _show_roles(roles: Sequence[str]) -> None:
    with st.popover("What Bakkt says about these roles"):
        show_lines([f"{choice_words(role)}: {ROLE_SENTENCES[role]}" for role in roles])


def _rows(fields: Sequence[Field]) -> Iterator[Sequence[Field]]:
    """Rows of up to four fields; a long text gets a row of its own, and so does a checkbox for the fields after it."""
    run: list[Field] = []
    for one in fields:
        is_alone = one.kind in {Kind.SAME, Kind.LONG_TEXT}
        if is_alone or len(run) == FIELDS_PER_ROW:
            yield run
            run = []
        if is_alone:
            yield [one]
        else:
            run.append(one)
    yield run


def ask(one: Field, answer: FieldAnswer, key: str, *, is_live: bool = False) -> None:
    """Show the field's widget, starting with ``answer`` unless it already holds a value.

    The initial value is passed to the widget, never written to the session state: if a run is interrupted before
    the browser has seen such a value, the field stays empty there, and an emptied field counts as an answer.
    """
    match one.kind:
        case Kind.SAME:
            st.checkbox(one.label, value=bool(answer), key=key)
        case Kind.COUNTRIES:
            held = [answer] if isinstance(answer, str) and answer else list(answer)
            options = _with_others(tuple(country_names()), held)
            st.multiselect(
                _label(one), options, default=held, format_func=country_name, key=key, placeholder="Type a country"
            )
        case Kind.COUNTRY | Kind.TAX_ID_COUNTRY:
            _choose(one, tuple(country_names()), country_name, str(answer), key, "Type a country")
        case Kind.CHOICE | Kind.YES_NO | Kind.TAX_ID_TYPE | Kind.ROLE:
            chosen = str(answer) or one.default
            _choose(one, one.choices or ("yes", "no"), _words_for(one), chosen, key, "Choose")
        case Kind.LONG_TEXT:
            st.text_area(_label(one), value=str(answer), key=key, height=120)
        case _:
            st.text_input(_label(one), value=str(answer), key=key, autocomplete="off", live=LIVE if is_live else False)


def warnings_about(fields: Iterable[Field], form: Form, today: date) -> dict[str, FieldMessage]:
    """Warnings about what these fields hold, by path; what is empty has none."""
    checked = {one.path: check(one, form, today) for one in fields if form.answers.get(one.path)}
    return {path: FieldMessage(result.caution, "wb-amber") for path, result in checked.items() if result.caution}


def with_widget_values(fields: Sequence[Field], form: Form, key_of: KeyOf) -> Form:
    """The form updated with the current widget values of these fields.

    A default that nobody changed is no answer: it follows the other answers.
    """
    for one in fields:
        key = key_of(one.path)
        if key in st.session_state:
            answer = _answer_of(st.session_state[key])
            form = form.with_answer(one.path, NO_ANSWER if one.default and answer == one.default else answer)
    return form


def choice_words(code: str) -> str:
    """One of Bakkt's codes in words; an unknown code is made readable too."""
    if code in _CODE_WORDS:
        return _CODE_WORDS[code]
    if code.startswith(("UNDER_", "FROM_", "OVER_")):
        return " ".join(map(_amount_words, code.split("_")))
    return code_word(code)


def _amount_words(part: str) -> str:
    """ "25K" as $25k and "1M" as $1M; any other word but "to" gets a capital."""
    if part[0].isdigit():
        return f"${part.replace('K', 'k')}"
    return part.lower() if part == "TO" else part.capitalize()


def _choose(
    one: Field, options: Sequence[str], format_choice: Callable[[str], str], answer: str, key: str, placeholder: str
) -> None:
    choices = _with_others(options, [answer] if answer else [])
    index = choices.index(answer) if answer else None
    st.selectbox(_label(one), choices, index=index, format_func=format_choice, key=key, placeholder=placeholder)


def _words_for(one: Field) -> Callable[[str], str]:
    if one.kind is Kind.TAX_ID_TYPE:
        return lambda code: _TAX_ID_TYPE_WORDS.get(code) or choice_words(code)
    return choice_words


def _with_others(options: Sequence[str], held: Sequence[str]) -> list[str]:
    """The options, plus any held value that is not among them, so that it can be shown and its check can report it."""
    return [*options, *(code for code in held if code not in options)]


def _label(one: Field) -> str:
    return f"{one.label} (optional)" if one.need is Need.OPTIONAL else one.label


def _answer_of(held: object) -> FieldAnswer:
    if isinstance(held, bool):
        return "yes" if held else NO_ANSWER
    if isinstance(held, list):
        return [str(code) for code in held]
    return str(held) if held else NO_ANSWER


def _show_message(one: Field, messages: FieldMessage) -> None:
    role = "alert" if messages.tone == "wb-red" else None
    show_html(h.p(class_=["wb-field", messages.tone], role=role)[messages.words or one.hint or _NON_BREAKING_SPACE])
