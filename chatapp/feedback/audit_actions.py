"""What this room records in the audit log."""

from django.utils.translation import gettext_lazy as _

from chatapp.audit.actions import action

RECORDING = action("settings.signals", _("Recording of signals switched"))
