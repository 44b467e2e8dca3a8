"""Check what an organiser enters for a transition of a talk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import date_formats, times
from seminars.actions import lifecycle
from seminars.actions.room_availability import Offer, rooms_for, seats_wanted
from seminars.actions.talk_changes import room_notice
from seminars.forms.desk import ROOM_GONE
from seminars.forms.moments import ClockField, DayField
from seminars.models import Recording, Room, Series, SeriesQuerySet, Talk

NO_ROOM = "none"


class TransitionForm(forms.Form):
    """What is asked before these talks make a transition: nothing, unless a subclass has fields."""

    def __init__(self, *args: Any, talks: Sequence[Talk], **options: Any) -> None:
        super().__init__(*args, **options)
        self.talks = talks

    def untouched(self) -> Self:
        """Return the form as it is sent if nothing is typed."""
        return type(self)({}, talks=self.talks)

    @property
    def may_preview(self) -> bool:
        """Tell whether there is anything to choose, whose consequences one may want to see first."""
        return bool(self.fields)

    @property
    def talk(self) -> Talk:
        """The only talk of a transition that several cannot make at once."""
        return self.talks[0]

    @property
    def now(self) -> str:
        """The stored value that the transition changes, as text; the page sends it back with what was typed."""
        return ""

    @property
    def typed(self) -> str:
        """The new value of a valid form, as text."""
        return ""

    def clean(self) -> dict[str, Any]:
        """Refuse to change what somebody else has changed since the page was opened."""
        is_overtaken = self.data.get("seen", self.now) != self.now
        if is_overtaken and not self.errors and self.typed != self.now:
            sentence = gettext("Someone has changed this to “%(now)s”. Save again to replace it with yours.")
            raise ValidationError(sentence % {"now": self.now or "–"}, code="conflict")
        return self.cleaned_data


class ReasonForm(TransitionForm):
    """Why a talk is postponed or cancelled."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        help_text=_(
            "One public line. It becomes the notice on the page and in calendars, for example “The speaker is ill.”"
        ),
    )


class AnnounceForm(TransitionForm):
    """Whether a talk is provisional."""

    tentative = forms.BooleanField(
        label=_("Provisional"), required=False, help_text=_("Visitors see that the talk is not certain yet.")
    )


class LeaveForm(TransitionForm):
    """Out of which of an organiser's series a joint talk is taken."""

    series = forms.ModelChoiceField(
        label=_("Series"),
        queryset=Series.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("No series is chosen. Choose one."),
            "invalid_choice": _("The talk is not in that series, or it is not yours. Choose another one."),
        },
    )

    def __init__(self, *args: Any, among: SeriesQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        self.among = among
        self.fields["series"].queryset = among
        self.fields["series"].initial = among[0] if len(among) == 1 else None

    def untouched(self) -> Self:
        only = self.fields["series"].initial
        return type(self)({"series": only.pk} if only else {}, talks=self.talks, among=self.among)

    @property
    def may_preview(self) -> bool:
        return len(self.among) > 1


class RoomForm(TransitionForm):
    """Which room a talk gets, and the notice for visitors."""

    room = forms.CharField(
        label=_("Room"), error_messages={"required": _("No room is chosen. Choose one.")}, widget=forms.RadioSelect
    )
    notice = forms.CharField(
        label=_("Notice"),
        required=False,
        max_length=300,
        help_text=_("One public line. If you leave it blank, it says what changed: “Room changed from 307 to 414”."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offers = rooms_for(self.talk)
        self.seats = seats_wanted(self.talk)
        if not self.talk.is_public:
            del self.fields["notice"]

    @property
    def good(self) -> list[tuple[Offer, str]]:
        """The rooms that are free and large enough, each with the notice that it would make."""
        return [(offer, self.notice_of(offer.room)) for offer in self.offers if offer.is_good]

    @property
    def small(self) -> list[tuple[Offer, str]]:
        return [(offer, self.notice_of(offer.room)) for offer in self.offers if offer.is_small and not offer.taken]

    @property
    def taken(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.taken]

    @property
    def notice_without(self) -> str:
        return self.notice_of(None)

    @property
    def chosen(self) -> str:
        """What is ticked when the page is shown: what was chosen, at first the present room."""
        return self.data.get("room", "") if self.is_bound else str(self.talk.room_id or NO_ROOM)

    @property
    def now(self) -> str:
        return str(self.talk.room or "")

    @property
    def typed(self) -> str:
        return str(self.cleaned_data["room"] or "")

    def notice_of(self, room: Room | None) -> str:
        return room_notice(self.talk, self.talk.room, room)

    def clean_room(self) -> Room | None:
        if self.cleaned_data["room"] == NO_ROOM:
            return None
        offer = next((one for one in self.offers if str(one.room.pk) == self.cleaned_data["room"]), None)
        if offer is None:
            raise ValidationError(ROOM_GONE)
        if offer.taken:
            words = {"room": offer.room, "why": offer.taken}
            raise ValidationError(gettext("%(room)s is %(why)s. Choose another room.") % words)
        return offer.room

    def clean_notice(self) -> str | None:
        """Return None for a blank notice, so that the change sets its own."""
        return self.cleaned_data["notice"] or None


class MoveForm(TransitionForm):
    """When a talk is given instead, on the clocks there; it stays as long as it was."""

    day = DayField(label=_("Date"))
    start = ClockField(label=_("Start"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        start = times.local(self.talk.starts_at, self.talk.zone_info)
        if self.talk.zone_name:
            self.fields["start"].help_text = date_formats.zone(self.talk.zone_name)
        self.initial = {"day": start.date(), "start": start.time()}
        if start.date() >= times.today():  # a talk that is over moves to the next day of that name
            self.fields["day"].near = start.date()

    @property
    def now(self) -> str:
        return date_formats.moment(self.talk.starts_at, self.talk.zone_info)

    @property
    def typed(self) -> str:
        return date_formats.moment(self._starts_at, self.talk.zone_info)

    @property
    def _starts_at(self) -> datetime:
        return times.at(self.cleaned_data["day"], self.cleaned_data["start"], self.talk.zone_info)

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        return asked if self.errors else {"starts_at": self._starts_at}


class AmendForm(TransitionForm):
    """Other words for a talk: a field of its own, checked as in the form of the talk."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {name: getattr(self.talk, name) for name in self.fields}
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    @property
    def now(self) -> str:
        return ", ".join(filter(None, self.initial.values()))

    @property
    def typed(self) -> str:
        return ", ".join(filter(None, (self.cleaned_data[name] for name in self.fields)))


class TitleForm(AmendForm):
    """What a talk is called."""

    title = Talk._meta.get_field("title").formfield()


class LinkForm(AmendForm):
    """Where a talk is joined online."""

    join_url = Talk._meta.get_field("join_url").formfield(assume_scheme="https")
    passcode = Talk._meta.get_field("passcode").formfield()


class NoticeForm(AmendForm):
    """The line that tells visitors of something unusual; a stock one is chosen by pressing it."""

    notice = Talk._meta.get_field("notice").formfield(help_text=_("One public line. Leave blank for none."))

    @property
    def stock(self) -> list[str]:
        return lifecycle.stock_notices(self.talk)

    def clean_notice(self) -> str:
        """Use the stock notice whose button was pressed instead of the field."""
        pressed = self.data.get("stock", "")
        return pressed if pressed in self.stock else self.cleaned_data["notice"]


class RecordingForm(AmendForm):
    """The recording that was promised, or that there is none after all."""

    recording_url = Talk._meta.get_field("recording_url").formfield(
        assume_scheme="https", help_text=_("Leave blank if there is none after all. The page will say so.")
    )

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        return asked | {"recording": Recording.PLANNED if asked.get("recording_url") else Recording.DECLINED}
