"""allauth's forms in our words and looks: settings.ACCOUNT_FORMS names them."""

from typing import Any

from allauth.account import forms as allauth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PASSWORD_HELP = gettext_lazy("At least ten characters. A few unrelated words make a good one.")
_LABELS = {
    "login": gettext_lazy("E-mail address"),
    "email": gettext_lazy("E-mail address"),
    "oldpassword": gettext_lazy("Current password"),
    "password1": gettext_lazy("New password"),
    "password2": gettext_lazy("New password again"),
}
_HELP = {"password1": PASSWORD_HELP}
_REQUIRED = {
    "login": gettext_lazy("Type your e-mail address."),
    "email": gettext_lazy("Type your e-mail address."),
    "password": gettext_lazy("Type your password."),
    "oldpassword": gettext_lazy("Type your current password."),
    "password1": gettext_lazy("Choose a new password."),
    "password2": gettext_lazy("Type the new password a second time."),
}


class _Plain:
    """Labels above the fields instead of placeholders in them, and what to do when one is empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = _LABELS.get(name, field.label)
            field.help_text = _HELP.get(name, "")
            field.error_messages["required"] = _REQUIRED.get(name, field.error_messages["required"])
            if "invalid" in field.error_messages and name in ("login", "email"):
                field.error_messages["invalid"] = _("This is not an e-mail address. Check it.")


class LoginForm(_Plain, allauth.LoginForm):
    pass


class ChangePasswordForm(_Plain, allauth.ChangePasswordForm):
    pass


class SetPasswordForm(_Plain, allauth.SetPasswordForm):
    pass


class ResetPasswordForm(_Plain, allauth.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(_Plain, allauth.ResetPasswordKeyForm):
    pass
