"""Streamlit's command line, with waits of seconds made short: run it with ``python -m``, as ``streamlit``."""

from streamlit.web.cli import main
from streamlit.web.server.starlette import starlette_routes

from workbench.ui.live import left_sessions, while_shown

KEPT_METRICS, METRICS_KEPT_SECONDS = "_METRICS_EXPENSIVE_STATS_TTL_SECONDS", 0.1
SECONDS_ON_THE_WAY = 3.0
SECONDS_BETWEEN_LOOKS = 0.5

if __name__ == "__main__":
    assert hasattr(starlette_routes, KEPT_METRICS)
    setattr(starlette_routes, KEPT_METRICS, METRICS_KEPT_SECONDS)
    while_shown.SECONDS_ON_THE_WAY = SECONDS_ON_THE_WAY
    left_sessions.SECONDS_BETWEEN_LOOKS = SECONDS_BETWEEN_LOOKS
    main(prog_name="streamlit")
