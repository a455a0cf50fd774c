"""What the model is told: settings as somebody's defaults, and the team's prompts with their versions.

Prompt ─┬─ Version (never changed; `number` without a gap from 1)
        ├─ Label ──── Version      (`production`, `staging`, `draft` or one of the team's own)
        ├─ LabelMove (every move of a label: from, to, who, when, why)
        ├─ Draft     (what one author has written and not saved as a version yet)
        ├─ Grant     (a right that everyone, or a group, has on it beside the roles)
        └─ Favourite (a member's)
"""

from .defaults import Defaults
from .prompt import Draft, Favourite, Grant, Label, LabelMove, Prompt, Right, Version

__all__ = ["Defaults", "Draft", "Favourite", "Grant", "Label", "LabelMove", "Prompt", "Right", "Version"]
