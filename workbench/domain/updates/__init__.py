"""An update: an account's complete data set sent again with some fields changed (GUIDE.md, "Updating an account").

``paths`` names the values of a payload, ``editing`` changes them and compares whole bodies, ``permissions`` says which
may change, ``versions`` compares what was read, what Bakkt has now and what the person wants, ``letters`` asks Bakkt's
operations team for changes that cannot be made here.
"""

from workbench.domain.updates.editing import Change, Edits, Review, apply_edits, compare
from workbench.domain.updates.paths import ABSENT, Path, path_name, value_at

__all__ = [
    "ABSENT",
    "Change",
    "Edits",
    "Path",
    "Review",
    "apply_edits",
    "compare",
    "path_name",
    "value_at",
]
