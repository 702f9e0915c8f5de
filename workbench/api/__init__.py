"""The catalogue, syncs and imports over HTTP, beside the pages: for the command line, notebooks and other tools."""
