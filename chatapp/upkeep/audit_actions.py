"""What this room records in the audit log."""

from django.utils.translation import gettext_lazy as _

from chatapp.audit.actions import action

BACKED_UP = action("upkeep.backup", _("Backup made"))
RESTORED = action("upkeep.restore", _("Backup restored"))
