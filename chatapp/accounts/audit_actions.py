"""What this room records in the audit log."""

from django.utils.translation import gettext_lazy as _

from chatapp.audit.actions import action

SIGNED_IN = action("account.signed_in", _("Signed in"))
SIGN_IN_FAILED = action("account.sign_in_failed", _("A sign-in failed"))
SIGNED_OUT = action("account.signed_out", _("Signed out"))
SESSION_ENDED = action("account.session_ended", _("Signed out in another browser"))
SESSIONS_ENDED = action("account.sessions_ended", _("Signed out everywhere"))
PASSWORD_CHANGED = action("account.password_changed", _("Password changed"))
RENAMED = action("account.renamed", _("Name changed"))

FIRST_ADMIN = action("member.first", _("First administrator made"))
INVITED = action("member.invited", _("Invited"))
INVITATION_REVOKED = action("member.invitation_revoked", _("Invitation taken back"))
JOINED = action("member.joined", _("Joined by an invitation"))
ROLE_CHANGED = action("member.role", _("Role changed"))
DEACTIVATED = action("member.deactivated", _("Member deactivated"))
REACTIVATED = action("member.reactivated", _("Member reactivated"))
PASSWORD_LINK_MADE = action("member.password_link", _("Link to a new password made"))
MEMBER_SESSIONS_ENDED = action("member.sessions_ended", _("Member signed out"))

GROUP_MADE = action("group.made", _("Group made"))
GROUP_RENAMED = action("group.renamed", _("Group renamed"))
GROUP_DELETED = action("group.deleted", _("Group deleted"))
GROUPS_CHANGED = action("group.membership", _("Groups of a member changed"))

REVIEW_GRANTED = action("review.granted", _("Right to review given"))
REVIEW_REVOKED = action("review.revoked", _("Right to review taken back"))
REVIEW_EXPIRED = action("review.expired", _("Right to review came to its end"))
