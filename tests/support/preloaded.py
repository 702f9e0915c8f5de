"""What a program finds imported when it starts (programs.py): libraries, and ours that keep nothing of a process."""

import gc
import importlib

MODULES = (
    "pandas",
    "pyarrow.compute",
    "xlsxwriter",
    "plotly.graph_objects",
    "uvicorn",
    "streamlit.web.cli",
    "workbench.api.routes",
    "workbench.cli.main",
    "workbench.figures.preloading",
    "workbench.opening",
    "workbench.web.middleware",
)

for name in MODULES:
    importlib.import_module(name)
gc.collect()
gc.freeze()
