"""What the person whose page runs may do: screens show that alone. It is asked again where it is done."""

from workbench.access.policy import Act
from workbench.ui.live.current_desk import current_desk


def may(act: Act) -> bool:
    return current_desk().acting.may(act)
