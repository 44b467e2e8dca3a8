"""Checking an invitation, a role, and the account that an invited person asks for."""

from typing import Any

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from seminars import access
from seminars.forms.desk import RowsField
from seminars.models import Series, User
from seminars.models.account_invitation import AccountRole, Invitation


class RoleForm(forms.Form):
    """A role that one person gives to another, of those that they have themselves."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)
    series = RowsField(
        Series.objects.none(),
        label=gettext_lazy("Series"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Organisers look after the series that you tick. Administrators look after everything."),
    )

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        roles = access.roles_to_give(by)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        if len(roles) == 1:
            self.fields["role"].initial, self.fields["role"].widget = roles[0].value, forms.HiddenInput()
        self.fields["series"].queryset = access.series_of(by).in_order()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("role") == AccountRole.ORGANISER and "series" in cleaned and not cleaned["series"]:
            self.add_error("series", ValidationError(gettext("Tick at least one series, or choose another role.")))
        if cleaned.get("role") == AccountRole.MEMBER:
            cleaned["series"] = Series.objects.none()
        return cleaned


class InvitationForm(RoleForm):
    """Who is invited, and to what."""

    email = forms.EmailField(
        label=gettext_lazy("Email address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150, required=False)
    field_order = ("email", "first_name", "last_name", "role", "series")

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, by=by, **options)
        self.by = by

    @property
    def invitation(self) -> Invitation:
        """What a valid form asks for."""
        named = {name: self.cleaned_data[name] for name in ("email", "first_name", "last_name", "role")}
        return Invitation(invited_by=self.by, **named)


class PersonRoleForm(RoleForm):
    """The whole role of a person who has an account."""

    is_active = forms.BooleanField(
        label=gettext_lazy("Can sign in"),
        required=False,
        help_text=gettext_lazy(
            "Untick this when someone leaves. Their name stays on their changes, and you can tick it "
            "again if they return."
        ),
    )

    def __init__(self, *args: Any, by: User, person: User, **options: Any) -> None:
        super().__init__(*args, by=by, **options)
        self.fields["role"].disabled = bool(person.deciding_group)
        self.fields["series"].queryset = self.fields["series"].queryset.not_given_by_groups_to(person)


class NewAccountForm(UserCreationForm):
    """Name and password of an invited person."""

    @staticmethod
    def takes_username(proposed: str) -> bool:
        """Tell whether these letters can be a name; addresses may have an apostrophe, or be too long."""
        try:
            User._meta.get_field("username").run_validators(proposed)
        except ValidationError:
            return False
        return True

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name")
        help_texts = {"username": gettext_lazy("You will sign in with this name.")}
