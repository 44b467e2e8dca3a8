"""Two people edit one talk: the second to save is stopped, reads what the other did, and keeps what they typed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from seminars.forms import parameters
from seminars.forms.edit_conflict import merge_rows, merged, sent_by
from seminars.models import Change, Talk
from seminars.models.snapshots import Snapshot, after, last_change_of, present
from seminars.phrases.talk_differences import Difference, Differences

VERSION = "version"  # of the talk that a form shows: the number of its latest change


@dataclass(frozen=True)
class EditConflict:
    """What others did to a talk while its form was open, the latest first, and what differs by it."""

    changes: list[Change]
    differences: list[Difference]

    @property
    def refusal(self) -> ValidationError:
        words = {"who": ", ".join(dict.fromkeys(change.who for change in self.changes))}
        sentence = _("%(who)s changed this talk while you had it open. Nothing is saved yet; what you typed is kept.")
        return ValidationError(sentence % words, code="conflict")


def merged_with_others(
    data: MultiValueDict, talk: Talk, form: type[ModelForm], inlines: Callable[[], Iterator[tuple]]
) -> tuple[EditConflict | None, MultiValueDict]:
    """Return what others did since the form was opened, None where they did nothing, and what the form then holds.

    Asked within the turn in which the form is saved, so of two who save at once exactly one is stopped.
    """
    sent = parameters.key(data, VERSION)
    seen, now = after(sent, [talk.pk])[talk.pk], present([talk.pk])[talk.pk]
    differences = Differences([seen, now]).between(seen, now) if seen.exists else []
    if not differences:
        return None, data
    data = data.copy()
    _merge_fields(data, form, seen, now)
    for formset, inline in inlines():
        _merge_rows(data, formset, inline.model, (seen, now))
    data[VERSION] = str(last_change_of(talk.pk))
    return EditConflict(list(Change.objects.since(sent, talk)), differences), data


def _merge_fields(data: MultiValueDict, form: type[ModelForm], seen: Snapshot, now: Snapshot) -> None:
    """Let every field that was not typed be as it is now."""
    before, today = (sent_by(form(instance=Talk(**one.fields))) for one in (seen, now))
    typed = {name: data[name] for name in {*before, *today} if name in data}
    for name in typed:
        del data[name]
    data.update(merged(typed, before, today))


def _merge_rows(data: MultiValueDict, formset: type, model: type, states: tuple[Snapshot, Snapshot]) -> None:
    seen, now = (one.parts[model] for one in states)
    prefix = formset.get_default_prefix()
    merge_rows(data, prefix, seen, now, lambda row: sent_by(formset.form(instance=model(**row))))
