"""What a browser sends while a page runs; for scripts of ``AppTest``, whose own run is the one that goes on."""

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from workbench.ui.live.data_version import ShownDataVersion


def fragments_so_far() -> frozenset[str]:
    """The fragments that this run has shown."""
    return _context().shared.new_fragment_ids.snapshot()


def tick(fragments: frozenset[str], query: str = "") -> None:
    """The time has come to run these fragments again, at an address with this query."""
    for one in sorted(fragments):
        _send(RerunData(query_string=query, fragment_id=one, is_auto_rerun=True))


def tick_with_choice(fragments: frozenset[str], key: str, chosen: str) -> None:
    """These fragments are to run again; the select box with this key shows a choice, as the browser knows it yet."""
    (box,) = (one for one in _context().shared.widget_ids_this_run.snapshot() if one.endswith(f"-{key}"))
    states = WidgetStates(widgets=[WidgetState(id=box, string_value=chosen)])
    for one in sorted(fragments):
        _send(RerunData(fragment_id=one, is_auto_rerun=True, widget_states=states))


class SendingDataVersion(ShownDataVersion):
    """Without news; as the watch looks for the first time after the page was shown, the browser sends its next look."""

    watch: frozenset[str] = frozenset()

    def number(self, data_version: int) -> int:
        watch, self.watch = self.watch, frozenset()
        if watch:
            tick(watch, query="account=c-1")
        return super().number(data_version)


def press(key: str, fragments: frozenset[str]) -> None:
    """A person presses the button with this key in the one fragment."""
    (button,) = (one for one in _context().shared.widget_ids_this_run.snapshot() if one.endswith(f"-{key}"))
    (fragment,) = fragments
    states = WidgetStates(widgets=[WidgetState(id=button, trigger_value=True)])
    _send(RerunData(fragment_id=fragment, widget_states=states))


def _send(message: RerunData) -> None:
    requests = _context().script_requests
    assert requests is not None
    requests.request_rerun(message)


def _context() -> ScriptRunContext:
    context = get_script_run_ctx()
    assert context is not None
    return context
