"""What visitors choose when they subscribe by email, and what keeps robots from doing so."""

import secrets
import time
from datetime import time as clock_time
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext, gettext_lazy

from seminars import date_formats
from seminars.forms.desk import RowsField
from seminars.models import SeriesQuerySet, Subscriber, SubscriptionRequest, Topic, Weekday
from seminars.models.subscriber import MailChoice

SALT = "seminars.subscribe"
FASTEST = 2  # seconds in which nobody fills the form in by hand
OPEN_FOR = 24 * 60 * 60  # seconds
NOT_LEFT_BLANK = gettext_lazy("Leave this field blank. If your browser filled it in, empty it.")
WRONG_SUM = gettext_lazy("Enter the sum as a number.")


class MailChoiceForm(forms.ModelForm):
    """Which mail, about which talks. No series and no topic means all talks."""

    digest_hour = forms.TypedChoiceField(label=gettext_lazy("hour"), coerce=int)

    class Meta:
        model = Subscriber
        fields = ("wants_digest", "digest_day", "digest_hour", "wants_new_talks", "wants_changes", "series", "topics")
        field_classes = {"series": RowsField, "topics": RowsField}
        widgets = {"series": forms.CheckboxSelectMultiple, "topics": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, offered: SeriesQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["series"].queryset = offered.in_order()
        self.fields["topics"].queryset = Topic.objects.in_order()
        self.fields["digest_hour"].choices = [(hour, date_formats.time_of_day(clock_time(hour))) for hour in range(24)]
        self.fields["digest_day"].choices = Weekday.choices
        for name in ("digest_day", "digest_hour"):  # which matter only to the digest
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in ("wants_digest", "wants_new_talks", "wants_changes")):
            self.add_error("wants_digest", gettext("Tick at least one kind of mail."))
        for name in ("digest_day", "digest_hour"):
            if cleaned.get(name) in ("", None):
                cleaned[name] = MailChoice._meta.get_field(name).default
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        cleaned = self.cleaned_data
        self.instance.is_for_all = not cleaned.get("series") and not cleaned.get("topics")


class AddressForm(forms.ModelForm):
    """An address for mail. A robot fills in what people do not see, or is too quick."""

    email = forms.EmailField(
        label=gettext_lazy("Your email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    homepage = forms.CharField(
        label=gettext_lazy("Leave this blank"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    began = forms.CharField(required=False, widget=forms.HiddenInput)
    answer = forms.CharField(
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    class Meta:
        model = SubscriptionRequest
        fields = ("email",)

    def __init__(self, *args: Any, asks: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asks = asks
        self.challenge = _read(self.data.get("began", "")) if self.is_bound else None
        self.next_challenge = _new_challenge()
        if not asks:
            del self.fields["answer"]

    @property
    def question(self) -> str:
        """The sum that is asked for, in words."""
        words = gettext("To keep robots out: what is %(first)d plus %(second)d?")
        return words % {"first": self.next_challenge["first"], "second": self.next_challenge["second"]}

    @property
    def token(self) -> str:
        """What goes along with the form, signed: when it was opened and the sum."""
        return signing.dumps(self.next_challenge, salt=SALT)

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if not _can_stand_in_a_header(email):
            raise ValidationError(EmailValidator.message, code="invalid")
        return email

    def clean_homepage(self) -> str:
        if self.cleaned_data["homepage"]:
            raise ValidationError(NOT_LEFT_BLANK)
        return ""

    def clean_answer(self) -> str:
        asked = self.challenge
        if asked is None or self.cleaned_data["answer"].strip() != str(asked["first"] + asked["second"]):
            raise ValidationError(WRONG_SUM)
        return self.cleaned_data["answer"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.challenge is None:
            raise ValidationError(gettext("This form was open for a long time. Check it, and send it again."))
        if 0 <= time.time() - self.challenge["at"] < FASTEST:
            raise ValidationError(gettext("That was faster than people type. Check the form, and send it again."))
        return cleaned


class SubscriptionForm(AddressForm, MailChoiceForm):
    """The choice of a new subscriber, and their address."""

    class Meta(MailChoiceForm.Meta):
        model = SubscriptionRequest
        fields = (*AddressForm.Meta.fields, *MailChoiceForm.Meta.fields)


class CalendarInvitationForm(AddressForm):
    """Who wants a talk by mail, and for which calendar."""

    class Meta(AddressForm.Meta):
        fields = (*AddressForm.Meta.fields, "method")
        widgets = {"method": forms.RadioSelect}


def _can_stand_in_a_header(email: str) -> bool:
    """Tell whether mail can be sent there. Between quotes, Django takes control characters, which may end a header."""
    try:
        email.rpartition("@")[2].encode("idna")  # as Django's mail does
    except UnicodeError:
        return False
    return email.isprintable()


def _new_challenge() -> dict[str, int]:
    first, second = (secrets.randbelow(8) + 2 for _number in range(2))
    return {"at": int(time.time()), "first": first, "second": second}


def _read(token: str) -> dict[str, int] | None:
    """Return what came along with a form, None if it is too old or not ours."""
    try:
        return signing.loads(token, salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        return None
