"""How another process on this machine, or a notebook, reaches a workbench that is running."""
