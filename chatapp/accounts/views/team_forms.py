"""Forms of the administrators' pages."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import Group, Role, User

_EMAIL = {"required": _("Type an e-mail address."), "invalid": _("This is not an e-mail address. Check it.")}


class Groups(forms.ModelMultipleChoiceField):
    """Any of the team's groups, as check boxes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Group.objects.all(),
            required=False,
            label=_("Groups"),
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "invalid_choice": _("One of these groups is not there any more. Reload the page and try again."),
                "invalid_pk_value": _("One of these groups is not there any more. Reload the page and try again."),
            },
            **kwargs,
        )


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        error_messages=_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": "name@example.org"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.MEMBER)
    groups = Groups()


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class GroupsForm(forms.Form):
    groups = Groups()


def ids(form: forms.Form) -> list[int]:
    """Of the groups that were chosen in a valid form."""
    return [group.pk for group in form.cleaned_data["groups"]]


class GroupForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, error_messages={"required": _("Type a name for the group.")}
    )


class SearchForm(forms.Form):
    """What the list of members shows; anything that does not fit counts as not chosen."""

    q = forms.CharField(label=_("Name or address"), required=False, max_length=200)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All roles")), *Role.choices])
    group = forms.ModelChoiceField(
        Group.objects.all(), label=_("Group"), required=False, empty_label=_("All groups")
    )


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class GrantForm(forms.Form):
    """Who may read whose conversations, from which day to which, both included."""

    reviewer = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Reviewer"),
        empty_label="–",
        error_messages={"required": _("Choose a reviewer.")},
    )
    scope = forms.ChoiceField(label=_("Whose conversations"))
    first = forms.DateField(label=_("From"), widget=_Day, input_formats=["%Y-%m-%d"])
    last = forms.DateField(label=_("Until and including"), widget=_Day, input_formats=["%Y-%m-%d"])
    reason = forms.CharField(
        label=_("What for"),
        max_length=300,
        help_text=_("Members read this on the page that says who can read their chats."),
        error_messages={"required": _("Say what the reviews are for. Members read it.")},
    )
    may_export = forms.BooleanField(label=_("May export what was reviewed"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = User.objects.active().filter(role=Role.REVIEWER).order_by("name", "pk")  # type: ignore[attr-defined]
        groups = [(str(group.pk), group.name) for group in Group.objects.all()]
        self.fields["scope"].choices = [*groups, ("everyone", _("Everyone"))]  # type: ignore[attr-defined]
        today = timezone.now().date()
        self.fields["first"].initial = today
        self.fields["last"].initial = today + datetime.timedelta(days=30)

    def deed(self) -> dict[str, Any]:
        """The arguments of `grant_review`, by whom excepted."""
        data = self.cleaned_data
        everyone = data["scope"] == "everyone"
        today = timezone.now().date()
        return {
            "reviewer_id": data["reviewer"].pk,
            "group_id": None if everyone else int(data["scope"]),
            "everyone": everyone,
            "starts_at": None if data["first"] == today else _midnight(data["first"]),
            "until": _midnight(data["last"] + datetime.timedelta(days=1)),
            "may_export": data["may_export"],
            "reason": data["reason"],
        }


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, datetime.UTC)
