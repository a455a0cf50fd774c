"""What this room records in the audit log."""

from django.utils.translation import gettext_lazy as _

from chatapp.audit.actions import action

TEAM_DEFAULTS = action("settings.team_defaults", _("Team defaults changed"))
TEAM_PROMPT = action("settings.team_prompt", _("Default prompt of the team changed"))
CREATED = action("prompt.created", _("Prompt created"))
CHANGED = action("prompt.changed", _("Prompt renamed or described anew"))
ACCESS = action("prompt.access", _("Rights on a prompt changed"))
FOUR_EYES = action("prompt.four_eyes", _("Four-eyes rule of a prompt switched"))
ARCHIVED = action("prompt.archived", _("Prompt archived"))
BROUGHT_BACK = action("prompt.brought_back", _("Prompt taken out of the archive"))
SAVED = action("prompt.version", _("Version of a prompt saved"))
PUBLISHED = action("prompt.label", _("Label of a prompt moved"))
UNLABELLED = action("prompt.label_removed", _("Label of a prompt removed"))
IMPORTED = action("prompt.imported", _("Prompts imported from files"))
EXPORTED = action("prompt.exported", _("Prompts exported as files"))
