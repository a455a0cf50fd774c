"""What review remembers.

Facts ─── Conversation     what the list filters by; made from the rows of other rooms, may be made anew
Visit                      whose chat was opened (or found, exported) by whom, when and why
Look                       a search for words or a member, with its reason
Option, Mark, Deed         the rubric; what reviewers put on answers and conversations, and undo
SavedView                  a filter with a name
Export                     a file that was made of a filtered set
"""

from .export import Export
from .facts import Facts, Stale
from .marks import Deed, Mark, Option
from .view import SavedView
from .visit import Look, Visit

__all__ = ["Deed", "Export", "Facts", "Look", "Mark", "Option", "SavedView", "Stale", "Visit"]
