"""What a spreadsheet shows for a whole number in a number format, where that can be known."""

import re

_AS_IT_IS = frozenset({"general", "@", "0", "#", ""})
_COLOURS_AND_LANGUAGES = re.compile(
    r"\[(?:\$-[0-9a-f]+|black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]", re.IGNORECASE
)
_TOKENS = re.compile(
    r"""(?P<digit>[0#?]) | "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | (?P<plain>[-+()\ $&'~{}<>=^!:]) | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_FIRST_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')


def shown_number(value: int, number_format: str) -> str | None:
    """The text that is shown, without blanks around it; None for a format that does more than place digits."""
    section = _COLOURS_AND_LANGUAGES.sub("", _first_section(number_format))
    if section.strip().casefold() in _AS_IT_IS:
        return str(value)
    tokens = [(match.lastgroup or "", match[match.lastgroup or 0]) for match in _TOKENS.finditer(section)]
    places = sum(kind == "digit" for kind, _ in tokens)
    if value < 0 or not places or any(kind == "other" for kind, _ in tokens):
        return None
    return _placed(str(value) if value else "", tokens, places).strip()


def _first_section(number_format: str) -> str:
    """The format of positive numbers; others follow behind a semicolon."""
    match = _FIRST_SECTION.match(number_format)
    return match[0] if match else number_format


def _placed(digits: str, tokens: list[tuple[str, str]], places: int) -> str:
    """The digits in their places from the right; those without a place stand before the first."""
    lacking = max(0, places - len(digits))
    remaining = iter(digits)
    surplus = len(digits) - (places - lacking)
    shown, seen = "", 0
    for kind, text in tokens:
        if kind != "digit":
            shown += text
            continue
        if seen == 0:
            shown += "".join(next(remaining) for _ in range(surplus))
        shown += {"0": "0", "?": " ", "#": ""}[text] if seen < lacking else next(remaining)
        seen += 1
    return shown
