"""Check who gets an announcement, and when."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars.forms.moments import MomentField, name_boxes
from seminars.models import Announcement


class AnnouncementForm(forms.Form):
    """The addressees of an announcement, and a time, without which it is sent at once."""

    key = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    to_list = forms.BooleanField(required=False)
    to_subscribers = forms.BooleanField(required=False)
    send_at = MomentField(
        label=gettext_lazy("Send at"), required=False, help_text=gettext_lazy("Leave both blank to send it at once.")
    )

    def __init__(
        self, *args: Any, about: Announcement, readers: int, ends_at: datetime, is_test: bool, **options: Any
    ) -> None:
        """`about` names the talk or week, `readers` is how many subscribers would get it, `ends_at` its last end.

        A test needs no addressees.
        """
        super().__init__(*args, **options)
        self.about, self.ends_at, self.is_test = about, ends_at, is_test
        name_boxes(self.fields["send_at"])
        if about.series.mailing_list:
            words = {"address": about.series.mailing_list}
            self.fields["to_list"].label = _("The mailing list %(address)s") % words
            self.fields["to_list"].initial = True
            sender = {"sender": settings.DEFAULT_FROM_EMAIL}
            self.fields["to_list"].help_text = _("The list must accept messages from %(sender)s.") % sender
        else:
            del self.fields["to_list"]
        label = ngettext("%(number)d subscriber by email", "%(number)d subscribers by email", readers)
        self.fields["to_subscribers"].label = label % {"number": readers}
        self.fields["to_subscribers"].help_text = _(
            "Those who chose new talks or the talks of the week. People whose message with the talks of the week tells"
            " them in time do not get it twice."
        )

    def clean_key(self) -> UUID:
        return self.cleaned_data["key"] or uuid4()

    def clean_send_at(self) -> datetime | None:
        moment = self.cleaned_data["send_at"]
        if moment and moment <= timezone.now():
            raise ValidationError(_("This time has passed. Enter a later one, or leave both blank to send it at once."))
        if moment and moment >= self.ends_at:
            raise ValidationError(_("By then there is nothing left to announce. Enter an earlier time."))
        return moment

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not (self.has_addressees or self.is_test):
            raise ValidationError(_("Tick who gets the announcement."))
        return self.cleaned_data

    @property
    def has_addressees(self) -> bool:
        return bool(self.cleaned_data.get("to_list") or self.cleaned_data.get("to_subscribers"))

    @property
    def announcement(self) -> Announcement:
        """What a valid form asks for."""
        about, asked = self.about, self.cleaned_data
        return Announcement(
            key=asked["key"],
            series=about.series,
            talk=about.talk,
            week=about.week,
            to_list=asked.get("to_list", False),
            to_subscribers=asked["to_subscribers"],
            send_at=asked["send_at"] or timezone.now(),
            by=about.by,
        )
