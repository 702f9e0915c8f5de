"""What stands in labels: fixed texts of ours, or other people's text made literal; mypy tells a ``Label`` from text."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.running import ROOT

LABELLED = {
    *("button", "download_button", "form_submit_button", "link_button", "checkbox", "toggle", "radio", "pills"),
    *("segmented_control", "selectbox", "multiselect", "slider", "select_slider", "text_input", "text_area"),
    *("number_input", "date_input", "time_input", "datetime_input", "color_picker", "file_uploader", "camera_input"),
    *("audio_input", "feedback", "chat_input", "menu_button", "expander", "popover", "status", "spinner", "tabs"),
    *("dialog", "toast", "badge", "metric", "caption", "markdown", "title", "header", "subheader", "write"),
    *("error", "warning", "info", "success", "divider", "exception", "write_stream"),
}
"""Streamlit's elements whose first argument is Markdown."""

WITH_OPTIONS = {"radio", "pills", "segmented_control"}
"""Elements whose options are Markdown; those of select boxes are plain text (``tests/browser/test_labels.py``)."""

MARKDOWN_KEYWORDS = {"label", "help", "body", "text", "captions"}
SECOND_IS_MARKDOWN = {"page_link", "progress"}

OURS = {
    ("workbench/ui/forms/fields.py", "one.label"),  # fields of the forms: named in the domain, checked below
    ("workbench/ui/forms/fields.py", "_label(one)"),
    ("workbench/ui/tables/columns.py", "note"),  # notes on columns: fixed wherever a column is made, checked below
    ("workbench/ui/tables/columns.py", "label"),  # headers of columns are drawn as they are
}
"""Texts that are known to be ours for another reason."""


@dataclass(frozen=True)
class Source:
    """A module and what its names stand for."""

    name: str
    tree: ast.Module


@cache
def sources() -> tuple[Source, ...]:
    folders = ("workbench/ui", "pages")
    return tuple(source_of(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def source_of(path: Path) -> Source:
    return Source(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))


def unsafe_labels(source: Source) -> Iterator[str]:
    """Arguments that Streamlit shows as Markdown, and that may hold other people's text."""
    for function in [source.tree, *(node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef))]:
        for call in own_calls(function):
            for text in markdown_of(call):
                words = ast.unparse(text)
                if not is_safe(text, function) and (source.name, words) not in OURS:
                    yield f"{source.name}:{call.lineno} {words}"


def own_calls(function: ast.AST) -> Iterator[ast.Call]:
    """Calls in a function or at a module's top, but not in functions inside it; lambdas belong to it."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef):
            yield from own_calls(node)
        else:
            yield from (call for decorator in node.decorator_list for call in [decorator] if isinstance(call, ast.Call))


def markdown_of(call: ast.Call) -> Iterator[ast.expr]:
    element = element_of(call)
    if element is None:
        return
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if element in LABELLED:
        yield from call.args[:1]
    if element in SECOND_IS_MARKDOWN:
        yield from call.args[1:2]
    if element in WITH_OPTIONS:
        yield keywords["format_func"] if "format_func" in keywords else options_of(call, keywords)
    yield from (keywords[name] for name in MARKDOWN_KEYWORDS & set(keywords))
    if element == "Page":
        yield keywords["title"]


def options_of(call: ast.Call, keywords: dict[str | None, ast.expr]) -> ast.expr:
    return call.args[1] if len(call.args) > 1 else keywords["options"]


def element_of(call: ast.Call) -> str | None:
    """The name of Streamlit's element that is called, if it is one."""
    function = call.func
    if isinstance(function, ast.Attribute) and ast.unparse(function.value) in {"st", "st.column_config", "st.sidebar"}:
        return function.attr
    return None


def is_safe(text: ast.expr, function: ast.AST) -> bool:
    match text:
        case ast.Constant(value=str() | None):
            return True
        case ast.IfExp():
            return is_safe(text.body, function) and is_safe(text.orelse, function)
        case ast.List() | ast.Tuple():
            return all(is_safe(item, function) for item in text.elts)
        case ast.Lambda():
            return is_safe(text.body, function)
        case ast.ListComp():
            return is_safe(text.elt, function)
        case ast.Call(func=ast.Name(id="label")):
            return isinstance(text.args[0], ast.Constant) or is_safe(text.args[0], function)
        case ast.Call(func=ast.Name(id="list"), args=[inner]):
            return is_safe(inner, function)
        case ast.Call(func=ast.Name(id=name)):
            return name in makers()
        case ast.Attribute(attr="__getitem__", value=ast.Name(id=name)) | ast.Subscript(value=ast.Name(id=name)):
            return name in fixed()
        case ast.Name(id=name):
            return name in fixed() | {"literal"} or holds_labels(name, function)
    return False


@cache
def makers() -> frozenset[str]:
    """Functions that return a ``Label``, or several, by their annotation: mypy holds them to it."""
    functions = [node for each in sources() for node in ast.walk(each.tree) if isinstance(node, ast.FunctionDef)]
    return frozenset(one.name for one in functions if one.returns is not None and "Label" in names_in(one.returns))


@cache
def fixed() -> frozenset[str]:
    """Constants in capitals that hold texts of ours, alone or as the keys and values of a dictionary."""
    with_words = [*sources(), source_of(ROOT / "workbench" / "domain" / "words.py")]
    named = [(node, target) for each in with_words for node in each.tree.body for target in targets_of(node)]
    return frozenset(target.id for node, target in named if isinstance(target, ast.Name) and is_fixed(node, target.id))


def targets_of(node: ast.stmt) -> list[ast.expr]:
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=several)]):
            return several
        case ast.Assign(targets=several):
            return several
        case ast.AnnAssign(target=target):
            return [target]
    return []


def is_fixed(node: ast.stmt, name: str) -> bool:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    match value:
        case ast.Constant() | ast.Tuple():
            return name.isupper() and all(isinstance(part, ast.Constant) for part in getattr(value, "elts", [value]))
        case ast.Dict():
            return name.isupper() and all(isinstance(part, ast.Constant) for part in value.values)
    return False


def holds_labels(name: str, function: ast.AST) -> bool:
    """Whether a name in a function is a ``Label`` by its annotation, or by everything that is assigned to it."""
    if not isinstance(function, ast.FunctionDef):
        return False
    parameters = [*function.args.args, *function.args.kwonlyargs]
    if any(one.arg == name for one in parameters):
        return any(one.arg == name and one.annotation and "Label" in names_in(one.annotation) for one in parameters)
    values = [value for node in ast.walk(function) for value in values_for(name, node)]
    return bool(values) and all(is_safe(value, function) for value in values)


def values_for(name: str, node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Assign(targets=[ast.Name(id=found)]) if found == name:
            return [node.value]
        case ast.For(target=target) if name in names_in(target):
            return [node.iter]
    return []


def names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_other_peoples_text_is_made_literal_in_every_label(source: Source) -> None:
    assert list(unsafe_labels(source)) == []


UNSAFE = [
    "def f(name): st.button(name)",
    "def f(name): st.button(f'Open {name}')",
    "def f(name): st.button(label=f'Open {name}')",
    "def f(name): st.button(label(name))",
    "def f(name): st.button('x', help=name)",
    "def f(name):\n words = 'x'\n words = name\n st.toast(words)",
    "def f(names): st.radio('x', names)",
    "def f(names): st.pills('x', names, format_func=lambda name: name.title())",
    "def f(names): st.tabs(names)",
    "def f(name): st.page_link('p', label='a' + name)",
    "def f(name: str):\n with st.spinner('%s' % name): pass",
    "def f(name):\n @st.dialog(name)\n def g(): pass",
    "def f(rows):\n for row in rows:\n  st.caption(row['name'])",
    "def f(name): st.column_config.TextColumn('x', help=name)",
]
SAFE = [
    "st.button('Open')",
    "def f(name): st.button(label('Open {}', name))",
    "def f(name): st.button(literal(name), help='x' if name else None)",
    "def f(words: Label): st.toast(words)",
    "def f(name):\n words = label('{}', name)\n st.error(words)",
    "def f(names): st.radio('x', names, format_func=literal)",
    "def f(names): st.selectbox('x', names)",
]


@pytest.mark.parametrize("planted", UNSAFE)
def test_a_planted_text_is_found(planted: str) -> None:
    assert list(unsafe_labels(Source("planted.py", ast.parse(planted)))) != []


@pytest.mark.parametrize("planted", SAFE)
def test_what_is_literal_or_ours_is_accepted(planted: str) -> None:
    assert list(unsafe_labels(Source("planted.py", ast.parse(planted)))) == []


def test_elements_are_called_on_streamlit_alone_where_they_are_checked() -> None:
    """Not on a container or a column, and not by another name."""
    others = {
        f"{source.name}:{node.lineno} {ast.unparse(node.func)}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LABELLED
        if ast.unparse(node.func.value) not in {"st", "h", "log"} and not ast.unparse(node.func.value).endswith("'")
    }
    assert {other for other in others if not other.endswith((".title", "h.header"))} == set()
    assert [source.name for source in sources() if "from streamlit import" in ast.unparse(source.tree)] == []


def test_labels_are_made_in_one_place() -> None:
    made = [
        source.name
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Label", "cast"}
    ]
    assert set(made) == {"workbench/ui/html/labels.py"}


def test_fields_of_forms_are_labelled_with_fixed_texts() -> None:
    domain = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "workbench/domain").rglob("*.py")]
    labels = [
        node.args[1]
        for tree in domain
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"Field", "_choice", "_option"}
        and len(node.args) > 1
    ]
    assert len(labels) > 40
    assert {ast.unparse(each) for each in labels if not isinstance(each, ast.Constant)} == {"label"}
    assert "Account type" in {each.value for each in labels if isinstance(each, ast.Constant)}


def test_columns_have_fixed_notes() -> None:
    notes = [
        keyword.value
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"text", "number", "moment", "percent", "flag"}
        for keyword in [*(one for one in node.keywords if one.arg == "note"), *third_of(node)]
    ]
    assert notes
    assert [ast.unparse(note) for note in notes if not isinstance(note, ast.Constant)] == []


def third_of(call: ast.Call) -> list[ast.keyword]:
    return [ast.keyword("note", call.args[2])] if len(call.args) > 2 else []
