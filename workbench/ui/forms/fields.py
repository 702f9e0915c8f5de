"""The fields of the form that opens an account: each with a line below it for what is wrong, which is always there.

What a person types is kept as it is, and hardly anything on the page moves when an answer is judged.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from workbench.domain.account import Answer, Field, Form, Group, Kind, Need
from workbench.domain.account.fields import country_name, country_names
from workbench.ui.html.markup import literal, show_heading, show_html
from workbench.ui.text.words import code_word

ABREAST = 4
NOTHING = ""
_SPOKEN = {
    "BAKKT_TPJ": "Bakkt TPJ",
    "SSN": "SSN",
    "ITIN": "ITIN",
    "EIN": "EIN",
    "NONE": "None",
    "LLC": "LLC",
    "NATIONAL_ID": "National id",
}
_OF_TAX_IDS = {"NONE": "No number: the country has no national id"}


@dataclass(frozen=True, slots=True)
class Told:
    """The line below a field: what is wrong with it, a warning, or nothing but its hint."""

    words: str = ""
    tone: str = ""


KeyOf = Callable[[str], str]
"""The key of the widget that holds the answer to a path."""


def ask_group(group: Group, form: Form, told: Mapping[str, Told], key_of: KeyOf) -> None:
    """The group's fields, four abreast."""
    with st.container(gap="xxsmall"):
        show_heading(group.title, group.note)
        for row in filter(None, _rows(group.fields)):
            for column, one in zip(st.columns(ABREAST, gap="small"), row, strict=False):
                with column:
                    ask(one, form.answers.get(one.path, NOTHING), key_of(one.path))
                    _show_told(one, told.get(one.path, Told()))


def _rows(fields: Sequence[Field]) -> Iterator[Sequence[Field]]:
    """Four abreast; a tick that decides about the fields after it stands above them."""
    run: list[Field] = []
    for one in fields:
        if one.kind is Kind.SAME or len(run) == ABREAST:
            yield run
            run = []
        if one.kind is Kind.SAME:
            yield [one]
        else:
            run.append(one)
    yield run


def ask(one: Field, answer: Answer, key: str) -> None:
    """The field's widget. What it holds from before wins over ``answer``, with which it begins.

    The beginning is given to the widget, never put into the session's state: a run that is broken off before the
    browser saw such a value would leave the field empty there, and an emptied field is an answer too.
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
        case Kind.CHOICE | Kind.YES_NO | Kind.TAX_ID_TYPE:
            _choose(one, one.choices or ("yes", "no"), _speaker(one), str(answer), key, "Choose")
        case _:
            st.text_input(_label(one), value=str(answer), key=key, autocomplete="off")


def taken(fields: Sequence[Field], form: Form, key_of: KeyOf) -> Form:
    """The form with what stands in the widgets of these fields now."""
    for one in fields:
        key = key_of(one.path)
        if key in st.session_state:
            form = form.answered(one.path, _answer_of(st.session_state[key]))
    return form


def choice_words(code: str) -> str:
    """A value of the contract as people say it; what nobody has seen yet reads well too."""
    if code in _SPOKEN:
        return _SPOKEN[code]
    if code.startswith(("UNDER_", "FROM_", "OVER_")):
        return " ".join(map(_sum_words, code.split("_")))
    return code_word(code)


def _sum_words(part: str) -> str:
    """ "25K" as $25k, "1M" as $1M; the words around sums begin with a capital where they come first."""
    if part[0].isdigit():
        return f"${part.replace('K', 'k')}"
    return part.lower() if part == "TO" else part.capitalize()


def _choose(
    one: Field, options: Sequence[str], say: Callable[[str], str], answer: str, key: str, placeholder: str
) -> None:
    choices = _with_others(options, [answer] if answer else [])
    index = choices.index(answer) if answer else None
    st.selectbox(_label(one), choices, index=index, format_func=say, key=key, placeholder=placeholder)


def _speaker(one: Field) -> Callable[[str], str]:
    if one.kind is Kind.TAX_ID_TYPE:
        return lambda code: _OF_TAX_IDS.get(code) or choice_words(code)
    return choice_words


def _with_others(options: Sequence[str], held: Sequence[str]) -> list[str]:
    """Whatever is held can be shown, also where it is not one of the list: its check says so."""
    return [*options, *(code for code in held if code not in options)]


def _label(one: Field) -> str:
    return f"{one.label} (optional)" if one.need is Need.OPTIONAL else one.label


def _answer_of(held: object) -> Answer:
    if isinstance(held, bool):
        return "yes" if held else NOTHING
    if isinstance(held, list):
        return [str(code) for code in held]
    return str(held) if held else NOTHING


def _show_told(one: Field, told: Told) -> None:
    role = ' role="alert"' if told.tone == "wb-red" else ""
    show_html(f'<p class="wb-field {told.tone}"{role}>{literal(told.words or one.hint) or "&nbsp;"}</p>')
