"""Taking values out of a text that may quote them in another format: spaced, hyphenated or in another case."""

import re
from collections.abc import Callable, Iterable
from functools import partial

REMOVED = "[…]"
_LETTERS_IN_SHORT_VALUE = 3
_MAX_LETTERS_IN_ANY_FORMAT = 500
"""As long as the longest text that is kept of Bakkt's words; longer values are removed as they stand."""

Scrub = Callable[[str], str]


def scrubber_of(values: Iterable[str], whole_words: Iterable[str] = ()) -> Scrub:
    """What replaces every one of these values in a text, longest first.

    ``whole_words``, and values of up to three letters, are left alone inside a longer word.
    """
    patterns = {value: _in_any_format(value, is_whole_word=True) for value in whole_words}
    patterns |= {value: _in_any_format(value, is_whole_word=False) for value in values}
    if not patterns:
        return str
    longest_first = sorted(patterns, key=len, reverse=True)
    return partial(re.compile("|".join(map(patterns.__getitem__, longest_first)), re.IGNORECASE).sub, REMOVED)


def _in_any_format(value: str, *, is_whole_word: bool) -> str:
    letters = [letter for letter in value if letter.isalnum()]
    if not letters or len(letters) > _MAX_LETTERS_IN_ANY_FORMAT:
        return re.escape(value)
    spaced = r"[\W_]*".join(map(re.escape, letters))
    return rf"(?<!\w){spaced}(?!\w)" if is_whole_word or len(letters) <= _LETTERS_IN_SHORT_VALUE else spaced
