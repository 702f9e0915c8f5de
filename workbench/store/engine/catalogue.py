"""The query catalogue: one query per file under ``queries/``, with its name and parameters in the first line."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from workbench.domain.errors import InputError
from workbench.domain.moments import written_day, written_moment
from workbench.domain.text import LONGEST_TERM, search_term
from workbench.domain.vocabulary import Standing, Turn
from workbench.project_files import project_folder

FOLDER = project_folder() / "queries"
_HEADER = re.compile(
    r"-- (?P<name>[\w/]+)\((?P<parameters>[^)]*)\)( from (?P<source>[\w/]+)(\((?P<passed>[\w, ]*)\))?)?"
)
_AUTHOR = "author"
_USED = re.compile(r"\$([a-z_]+)")


LINK_LISTS = ("all", "live", "expiring", "last", "expired", "unknown", "used_up")
BACKLOG_VIEWS = (
    *("late", "late_us", "late_bakkt", "late_customer", "due", "last", "expiring", "live", "expired", "no_link"),
    *("out_of_links", "verification", "kyb_ready", "kyb_documents", "kyb_screening", "documents", "identity"),
    *("missing", "contradictions", "restricted", "unrecognised", "open"),
)
BACKLOG_SORTS = ("due", "left", "since", "newest", "used_up", "expiry", "fields", "name")
FUNNEL_PROPERTIES = ("account_type", "country", "state", "entry_month", "migrated", "completed_link")
FUNNEL_STEPS = ("opened", "documented", "screened", "cleared", "trading")
MILESTONES = ("opened", "documented", "screened", "verification", "cleared", "trading")
WINDOWS = (7, 14, 30, 60, 90)
"""The days that an account is given, of which Funnel and Explore offer a choice."""
GROUP_KINDS = ("value", "unknown", "other")
"""What a group of a breakdown is of: accounts with one value, without the property, or with a rare value."""
MEASURES = ("stuck", "stayed", "reached", "time", "used_up", "reuploaded", "after_reason")


def _is_day(text: str) -> bool:
    return written_day(text) is not None


def _is_moment(text: str) -> bool:
    return written_moment(text) is not None


def _is_hours(text: str) -> bool:
    try:
        return 0 <= float(text) < 1e7
    except ValueError:
        return False


def _is_count(text: str) -> bool:
    return _is_number_of_rows(text) and len(text) <= 5


def _is_number_of_rows(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _is_list_of_texts(text: str) -> bool:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, list) and all(isinstance(one, str) for one in read)


CONTACT = "contact"
"""The parameter that says whether phone numbers and e-mail addresses are searched too, in every query."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What values a parameter of a given name accepts, in every query."""

    words: str
    accepts: Callable[[str], bool]


_DAY = _Kind("a date like 2026-11-22", _is_day)
_HOURS = _Kind("a number of hours", _is_hours)
_YES_OR_NO = _Kind("true or false", lambda text: text.lower() in {"true", "false"})
_MILESTONE = _Kind(f"one of {', '.join(MILESTONES)}", lambda text: text in MILESTONES)
_PROPERTY = _Kind(f"one of {', '.join(FUNNEL_PROPERTIES)}", lambda text: text in FUNNEL_PROPERTIES)
_GROUP_KIND = _Kind(f"one of {', '.join(GROUP_KINDS)}", lambda text: text in GROUP_KINDS)
_KINDS = {
    "path": _Kind("individual or entity", lambda text: text in {"individual", "entity"}),
    "view": _Kind(f"one of {', '.join(BACKLOG_VIEWS)}", lambda text: text in BACKLOG_VIEWS),
    "sort": _Kind(f"one of {', '.join(BACKLOG_SORTS)}", lambda text: text in BACKLOG_SORTS),
    "step": _Kind(f"one of {', '.join(FUNNEL_STEPS)}", lambda text: text in FUNNEL_STEPS),
    "measure": _Kind(f"one of {', '.join(MEASURES)}", lambda text: text in MEASURES),
    "by": _PROPERTY,
    "first_kind": _GROUP_KIND,
    "second_kind": _GROUP_KIND,
    "then_by": _PROPERTY,
    "start": _MILESTONE,
    "finish": _MILESTONE,
    "segment": _Kind("the code of a segment", lambda text: text.isalnum() and text.isascii() and len(text) <= 32),
    "link": _Kind(f"one of {', '.join(LINK_LISTS)}", lambda text: text in LINK_LISTS),
    "since": _Kind("a date like 2026-11-22, with or without a time in UTC", _is_moment),
    "before": _Kind("a date like 2026-11-22, with or without a time in UTC", _is_moment),
    "hour": _Kind("the beginning of an hour in UTC, like 2026-11-22T14:00", _is_moment),
    "until": _DAY,
    "days": _Kind("a whole number of days", _is_count),
    "window_days": _Kind("a whole number of days", _is_count),
    "limit": _Kind("a whole number of rows", _is_number_of_rows),
    "offset": _Kind("a whole number of rows", _is_number_of_rows),
    "client_account_ids": _Kind('a JSON list of ids like ["ACC-1"]', _is_list_of_texts),
    "term": _Kind(f"a text of at most {LONGEST_TERM} letters", lambda text: len(text) <= LONGEST_TERM),
    "turn": _Kind(f"one of {', '.join(Turn)}", lambda text: text in set(Turn)),
    "standing": _Kind(f"one of {', '.join(Standing)}", lambda text: text in set(Standing)),
    "hours": _HOURS,
    "final_after_hours": _HOURS,
    "everything": _YES_OR_NO,
    CONTACT: _YES_OR_NO,
    "is_manual": _YES_OR_NO,
    "late": _YES_OR_NO,
    "reached": _YES_OR_NO,
    "met": _YES_OR_NO,
    "unsettled_first": _YES_OR_NO,
}
_SEARCHED_BY = "term"
"""The parameter that is compared with names, addresses and ids, in every query."""
_READ_AS: Mapping[str, Callable[[str], str]] = {_SEARCHED_BY: search_term}
"""How values of a given name are written for the SQL, in every query."""


@dataclass(frozen=True, slots=True)
class Query:
    """One catalogue file. ``defaults`` has every parameter; None marks a required one.

    ``source`` is the query whose rows it reads from the macro of that name, if there is one; ``passed`` names the
    parameters handed on to the source.
    """

    name: str
    sentence: str
    defaults: Mapping[str, str | None]
    sql: str
    source: str | None = None
    passed: tuple[str, ...] = ()

    @property
    def is_of_an_author(self) -> bool:
        """Whether it answers what one person ran or saved, which is nobody else's."""
        return _AUTHOR in self.defaults

    def bind(self, given: Mapping[str, object]) -> dict[str, object]:
        """The parameter values to run with. Raises InputError naming unknown and missing parameters."""
        unknown = sorted(set(given) - set(self.defaults))
        absent = [name for name, default in self.defaults.items() if default is None and given.get(name) in (None, "")]
        if unknown or absent:
            problem = f"does not know {', '.join(unknown)}" if unknown else f"needs {', '.join(absent)}"
            raise InputError(f"{self.name} {problem}.", next_step=f"Its parameters: {self.signature}.")
        values = {name: _value(given.get(name), default) for name, default in self.defaults.items()}
        for name, value in values.items():
            _refuse_other_kind(name, value)
        return {name: _as_read(name, value) for name, value in values.items()}

    def in_effect(self, given: Mapping[str, object]) -> dict[str, object]:
        """What the rows were asked with: given values and defaults, without those that narrow nothing."""
        asked = {**self.defaults, **given}
        return {name: value for name, value in asked.items() if value not in (None, "", "null")}

    def written_out(self, values: Mapping[str, object]) -> str:
        """Its SQL with a value in place of each parameter, as statements have none: the given one or the default."""
        written = {name: _literal(_value(values.get(name), default)) for name, default in self.defaults.items()}
        return _USED.sub(lambda used: written[used[1]], self.sql.strip().removesuffix(";"))

    @property
    def searches_names(self) -> bool:
        """Whether who asks it learns letter by letter what customers are called, whatever columns the answer has."""
        return _SEARCHED_BY in self.defaults

    @property
    def searches_contact(self) -> bool:
        """Whether who asks it without ``contact=false`` learns part by part how customers are reached."""
        return CONTACT in self.defaults

    @property
    def source_macro(self) -> str:
        """The macro that it reads its source from, with the parameters. Raises InputError if it has no source."""
        if self.source is None:
            raise InputError(f"{self.name} reads no other query.")
        asked = ", ".join(f"asked_{name}" for name in find_query(self.source).defaults)
        return f"{macro_of(self.source)}({asked})"

    def asked_of_source(self, given: Mapping[str, object]) -> dict[str, object]:
        """The parameters with which its source is read, without those that narrow nothing."""
        return {name: given[name] for name in self.passed if given.get(name) not in (None, "")}

    @property
    def signature(self) -> str:
        parts = [name if default is None else f"{name}={default}" for name, default in self.defaults.items()]
        return f"{self.name}({', '.join(parts)})"


@cache
def catalogue() -> Mapping[str, Query]:
    """Every query by name. Raises ValueError if a file's header and SQL disagree."""
    return {query.name: query for query in map(read_query, sorted(FOLDER.glob("*/*.sql")))}


def listed_catalogue() -> list[dict[str, Any]]:
    """Every query for programs: its name, what it answers, its parameters with their defaults, and its SQL.

    Without what one person ran and saved.
    """
    return [
        {"name": query.name, "sentence": query.sentence, "parameters": dict(query.defaults), "sql": query.sql}
        for query in catalogue().values()
        if not query.is_of_an_author
    ]


def macro_of(name: str) -> str:
    """The macro with the rows of a query that others read."""
    return name.replace("/", "_")


def find_query(name: str) -> Query:
    query = catalogue().get(name)
    if query is None:
        raise InputError(f"There is no query {name}.", next_step="List them with `python -m workbench queries`.")
    return query


def words_of_parameter(name: str) -> str:
    """What values a parameter of this name accepts, in every query."""
    return _KINDS[name].words if name in _KINDS else "a text"


def read_query(path: Path) -> Query:
    sql = path.read_text(encoding="utf-8")
    header, sentence = sql.split("\n", 2)[:2]
    match = _HEADER.fullmatch(header)
    expected = f"{path.parent.name}/{path.stem}"
    if match is None or match["name"] != expected or not sentence.startswith("-- "):
        raise ValueError(f"{path.name}: the first two lines must be `-- {expected}(…)` and one sentence.")
    defaults = _parameters(match["parameters"])
    if set(_USED.findall(sql)) != set(defaults):
        raise ValueError(f"{expected}: declared and used parameters differ.")
    passed = tuple(_parameters(match["passed"] or ""))
    if not defaults.keys() >= set(passed):
        raise ValueError(f"{expected}: it passes on a parameter that it does not have.")
    return Query(expected, sentence.removeprefix("-- "), defaults, sql, match["source"], passed)


def _parameters(declared: str) -> dict[str, str | None]:
    pairs = (part.strip().partition("=") for part in declared.split(",") if part.strip())
    return {name: default if equals else None for name, equals, default in pairs}


def _refuse_other_kind(name: str, value: object) -> None:
    """Raises InputError for a value of the wrong kind, which DuckDB would ignore when no row is compared with it."""
    if value is None:
        return
    if not isinstance(value, str | int | float | date):
        raise InputError(f"{name} cannot be a {type(value).__name__}.")
    kind, text = _KINDS.get(name), str(value)
    if kind is not None and not kind.accepts(text):
        raise InputError(f"{name} must be {kind.words}.")
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InputError(f"{name} is not Unicode text.")


def _as_read(name: str, value: object) -> object:
    return _READ_AS[name](str(value)) if name in _READ_AS and value is not None else value


def _literal(value: object) -> str:
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def _value(given: object, default: str | None) -> object:
    if given is not None and given != "":
        return given
    return None if default == "null" else default
