"""Figures: Plotly and numbers, without Streamlit, for the pages and for notebooks.

``draw_…(rows, theme)`` takes rows of a catalogue query as mappings (``answer.rows`` on a page,
``answer.arrow.to_pylist()`` in a notebook) and returns a ``plotly.graph_objects.Figure`` with the rows' own
numbers. A mark that can be opened has a code as ``customdata``, and what it says on hover as ``hovertext``.
"""
