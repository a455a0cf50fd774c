"""What this room records in the audit log."""

from django.utils.translation import gettext_lazy as _

from chatapp.audit.actions import action

TEAM_DEFAULTS = action("settings.team_defaults", _("Team defaults changed"))
