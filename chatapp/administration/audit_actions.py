"""What this room records in the audit log."""

from django.utils.translation import gettext_lazy as _

from chatapp.audit.actions import action

AUDIT_EXPORTED = action("export.audit", _("Audit log exported"))
USAGE_EXPORTED = action("export.usage", _("Usage exported"))
