"""Check a speaker: a typo must not add a person twice."""

from typing import Any

from django.utils.translation import gettext as _

from seminars.forms.photos import PictureForm
from seminars.forms.widgets import PreviewedText
from seminars.models import Speaker


class SpeakerForm(PictureForm):
    """A person who speaks, moderates or examines."""

    PICTURES = {"": "photo"}

    class Meta:
        widgets = {"biography": PreviewedText}

    alike: list[Speaker] = []  # those whom a new name resembles, until somebody says that it is another person

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.instance.pk is None and "_another" not in self.data:
            self.alike = Speaker.objects.resembling(self.cleaned_data.get("name", ""))
        if self.alike:
            self.add_error(
                "name", _("Someone on this site has a very similar name. Check above whether it is the same person.")
            )
        return self.cleaned_data
