"""How requests to Bakkt travel: connections, pacing, retries."""
