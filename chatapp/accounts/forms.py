"""Forms of this room; the sign-in and password forms are allauth's."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import Theme, User, normal_email
from chatapp.accounts.signin_forms import PASSWORD_HELP

_NAME = {"required": _("Type the name your team knows you by.")}
_EMAIL = {
    "required": _("Type an e-mail address."),
    "invalid": _("This is not an e-mail address. Check it."),
}


class NewPasswordForm(forms.Form):
    """A password twice; `clean` leaves the good one in `cleaned_data["password"]`."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
        help_text=PASSWORD_HELP,
    )
    password_again = forms.CharField(
        label=_("Password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Type the password a second time.")},
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        """`user`: whose password it will be; it must not resemble name or address."""
        super().__init__(*args, **kwargs)
        self.user = user

    def owner(self) -> User | None:
        return self.user

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords differ. Type the same one twice."))
        if password:
            try:
                validate_password(password, self.owner())
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class JoinForm(NewPasswordForm):
    """Name and password of somebody invited; the address is the invitation's."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        error_messages=_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    field_order: Sequence[str] = ("name", "password", "password_again")

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = email

    def owner(self) -> User:
        return User(email=self.address, name=self.cleaned_data.get("name", ""))


class SetupForm(JoinForm):
    """The first administrator."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You sign in with it."),
        error_messages=_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order: Sequence[str] = ("name", "email", "password", "password_again")

    def owner(self) -> User:
        return User(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))

    def clean_email(self) -> str:
        return normal_email(self.cleaned_data["email"])


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name",)
        labels = {"name": _("Your name")}
        error_messages = {"name": _NAME}


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme.choices)


class LanguageForm(forms.Form):
    """One of settings.LANGUAGES, or empty: whatever the browser asks for."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("Like the browser")), *settings.LANGUAGES], required=False
    )


# Control characters and halves of characters: no key has such a name, and PostgreSQL stores no NUL and no halves.
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NO_SHORTCUTS = _("These are no shortcuts that this page could use. Reload the page and try again.")


class ShortcutsForm(forms.Form):
    """`shortcuts`: JSON `{"off": bool, "keys": {command: combination, "" for none}}`, as the page keeps them."""

    shortcuts = forms.JSONField(error_messages={"required": _NO_SHORTCUTS, "invalid": _NO_SHORTCUTS})

    def clean_shortcuts(self) -> dict[str, object]:
        """Raises ValidationError for another shape, more than 200 commands, or words too long or no text."""
        told = self.cleaned_data["shortcuts"]
        off, keys = (told.get("off"), told.get("keys")) if isinstance(told, dict) else (None, None)
        fits = (
            isinstance(off, bool)
            and isinstance(keys, dict)
            and len(keys) <= 200
            and all(isinstance(k, str) and len(name) <= 60 and len(k) <= 60 for name, k in keys.items())
            and not any(_NO_TEXT.search(name + k) for name, k in keys.items())
        )
        if not fits:
            raise forms.ValidationError(_NO_SHORTCUTS)
        return {"off": off, "keys": keys}
