from django.utils.translation import gettext_lazy as _

from chatapp.audit.actions import action

OPENED = action("review.opened", _("Conversation opened for review"))
SEARCHED = action("review.searched", _("Conversations searched"))
FOUND = action("review.found", _("Search results shown"))
EXPORTED = action("review.exported", _("Conversations exported"))
RUBRIC = action("review.rubric", _("Rubric changed"))
