"""The empty Streamlit page that the workbench's pages are measured beside."""

import streamlit as st

st.title("Nothing here")
