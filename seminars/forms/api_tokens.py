"""Checking a token for programs that somebody makes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from seminars import access
from seminars.models import ApiToken, User

SCOPES = ("may_change_talks", "may_change_shared_rows", "may_change_series")
LIVES = {
    30: gettext_lazy("30 days"),
    90: gettext_lazy("90 days"),
    365: gettext_lazy("a year"),
}


class ApiTokenForm(forms.ModelForm):
    """What uses the token, what it may do, and for how long."""

    days = forms.TypedChoiceField(label=gettext_lazy("Valid for"), coerce=int, choices=list(LIVES.items()), initial=90)
    field_order = ("name", "series", *SCOPES, "days")

    class Meta:
        model = ApiToken
        fields = ["name", "series", *SCOPES]
        help_texts = {
            "series": gettext_lazy("Leave blank for all series that you look after."),
            "may_change_talks": gettext_lazy("Without this, the program only reads."),
        }

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.person = by
        self.fields["series"].queryset = access.series_of(by).in_order()
