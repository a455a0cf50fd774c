"""allauth's forms in our words and looks: settings.ACCOUNT_FORMS names them."""

from typing import Any

from allauth.account import forms as allauth

PASSWORD_HELP = "At least ten characters. A few unrelated words make a good one."  # noqa: S105
_LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password again",
}
_HELP = {"password1": PASSWORD_HELP}
_REQUIRED = {
    "login": "Type your e-mail address.",
    "email": "Type your e-mail address.",
    "password": "Type your password.",
    "oldpassword": "Type your current password.",
    "password1": "Choose a new password.",
    "password2": "Type the new password a second time.",
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
            if "invalid" in field.error_messages and "mail" in str(field.label):
                field.error_messages["invalid"] = "This is not an e-mail address. Check it."


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
