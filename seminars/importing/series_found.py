"""Find the series of each event: the chosen one, one that the event names, or a new one with a name of its own."""

from collections import Counter
from collections.abc import Collection
from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _

from seminars.importing.choices import Choices, ImportOptions
from seminars.importing.events import SourceEvent, SourceFile, contacts_in
from seminars.importing.reading.summaries import kind_of, short_name_in
from seminars.models import Series
from seminars.text import fold

MOST_NEW = 20  # in one file; one with more names something else before its titles
NEW, LEFT_OUT = "new", "leave-out"
_LONGEST_KEY = 100  # characters of a name in the key of a question


def names_of(series: Series) -> tuple[str, ...]:
    return series.name, series.full_name, series.short_name


class SeriesFound:
    """Knows all series, and makes new ones: never with the name of one event or of one organiser."""

    def __init__(self, file: SourceFile, options: ImportOptions, choices: Choices) -> None:
        self._file, self._options, self._choices = file, options, choices
        self._labels: Counter[str] = Counter()
        self._spelt: dict[str, str] = {}
        self._made: dict[str, Series] = {}
        self.chosen = self._series_at(options.series) if options.series else None

    @property
    def names(self) -> Collection[str]:
        """The names that may stand before a title."""
        return names_of(self.chosen) if self.chosen else self._by_name.keys()

    @property
    def kinds(self) -> Collection[str]:
        return (self.chosen.kind,) if self.chosen else {series.kind for series in self._by_name.values()}

    def learn(self, label: str) -> None:
        """Count a label before it is asked for: several events that share one name their series."""
        self._labels[fold(label)] += 1
        self._spelt.setdefault(fold(label), label)

    def series_of(self, event: SourceEvent, label: str) -> Series:
        """Return the series of a new talk; raise ValidationError if nobody can tell it."""
        names_one = bool(event.series) and event.has_fields
        if names_one and (named := self._every_by_name.get(fold(event.series))):
            return self._if_allowed(named)
        if self._options.series:
            usual = self.chosen or self._new("", self._common_label or self._file.name or self._options.series.upper())
            if names_one and fold(event.series) not in map(fold, names_of(usual)):
                return self._asked_instead_of(usual, event)
            if self.chosen:
                self._remark_on_another(event, label)
            return usual
        key = fold(label)
        if known := self._by_name.get(key):
            return known
        is_shared = bool(key) and not self._is_kind_alone(key) and (self._labels[key] > 1 or key == self._common_key)
        return self._asked_for(key if is_shared else "", event.name)

    def _remark_on_another(self, event: SourceEvent, label: str) -> None:
        """Say it if an event names another series than the chosen one, unless the other one is hidden from them."""
        other = self._every_by_name.get(fold(label))
        if other and other != self.chosen and (other.is_listed or self.allows(other)):
            words = {"named": label, "series": self.chosen.short_name}
            event.remarks += (_("it names the series “%(named)s”, but is imported into %(series)s") % words,)

    def allows(self, series: Series) -> bool:
        """Tell whether talks may be added to a series."""
        return self._options.allows(series.pk)

    def called(self, name: str) -> Series:
        """Return the series with that name or short name, even if other people organise it; raise ValidationError."""
        if found := self._every_by_name.get(fold(name)):
            return found
        sentence = _("There is no series called “%(name)s”. Add it on the desk, or correct its name.")
        raise ValidationError(sentence % {"name": name})

    def _if_allowed(self, series: Series) -> Series:
        if self.allows(series):
            return series
        sentence = _("You don’t organise %(series)s. Ask an administrator to import this talk.")
        raise ValidationError(sentence % {"series": series.short_name})

    def home_called(self, name: str) -> Series:
        """Return the series with that name as a new home; raise ValidationError if it is not known or not theirs."""
        return self._if_allowed(self.called(name))

    def _asked_for(self, key: str, example: str) -> Series:
        """Let somebody choose for all events that share a label, or for all that have none."""
        proposal = self._spelt[key] if key else self._file.name
        new = [(NEW, _("a new series"))] if len(self._made) < MOST_NEW or key in self._made else []
        out = [(LEFT_OUT, _("none: leave these events out"))]
        known = [(series.slug, series.full_name) for series in self._known]
        options = [*(new if proposal else []), *out, *known, *([] if proposal else new)]
        if alike := self._by_name.get(fold(proposal)):  # the calendar is called like a series that is here
            options.sort(key=lambda option: option[0] != alike.slug)
        question = _("Which series do events that begin with “%(label)s” belong to?") % {"label": proposal}
        if not key:
            question = _("Some events name no series. Which series do they belong to?")
        chosen = self._choices.choose(f"series:{key}" if key else "series", question, options, example=example)
        if chosen == LEFT_OUT:
            raise ValidationError(_("The event doesn’t name a series. Choose one, or use --series SLUG."))
        if chosen != NEW:
            return next(series for series in self._known if series.slug == chosen)
        return self._new(key, proposal)

    def _asked_instead_of(self, usual: Series, event: SourceEvent) -> Series:
        """Let somebody choose for all rows that name a series which is not here, while another one was chosen."""
        others = [(series.slug, series.full_name) for series in self._known if series != usual]
        options = [(usual.slug, usual.full_name), *others, (LEFT_OUT, _("none: leave these rows out"))]
        words = {"named": event.series, "series": usual.short_name}
        question = _(
            "The file names the series “%(named)s”, which is not on this site. You import into %(series)s. Which "
            "series do these talks belong to?"
        )
        key = f"series-named:{fold(event.series)[:_LONGEST_KEY]}"
        chosen = self._choices.choose(key, question % words, options, example=event.name)
        if chosen == LEFT_OUT:
            raise ValidationError(_("You chose to leave out the talks of “%(named)s”.") % words)
        return next((series for series in self._known if series.slug == chosen), usual)

    def _new(self, key: str, proposal: str) -> Series:
        if key not in self._made:
            question = _("What is the new series called?")
            name = self._choices.type(f"series-name:{key}" if key else "series-name", question, proposal)
            if not name:
                raise ValidationError(_("Enter a name for the new series."))
            alike = (made for made in self._made.values() if fold(made.name) == fold(name))
            self._made[key] = next(alike, None) or self._named(name)
        return self._made[key]

    def _named(self, name: str) -> Series:
        events = self._file.events
        contacts = contacts_in(events)
        kind = kind_of(name, tuple(dict.fromkeys(name for event in events for name in event.categories)))
        short = short_name_in(name) or name[: len(name) - len(kind)].strip() or name
        made = Series(name=name, short_name=short[:40], slug=self._options.series)
        made.kind = kind or made.kind
        made.contact_name, made.contact_email = contacts.pop() if len(contacts) == 1 else ("", "")
        if fold(made.short_name) in self._by_name:
            made.short_name = (made.slug or name)[:40]
        try:
            made.full_clean()
        except ValidationError as error:
            reason = _(
                "The series cannot be created: %(reason)s Create it on the desk, then import again with --series."
            )
            raise ValidationError(reason % {"reason": " ".join(error.messages)}) from error
        return made

    @property
    def _common_label(self) -> str:
        return self._spelt.get(self._common_key, "")

    @cached_property
    def _common_key(self) -> str:
        """The folded label of most events, "" where there is none."""
        key, number = next(iter(self._labels.most_common(1)), ("", 0))
        return key if 2 * number > self._labels.total() and not self._is_kind_alone(key) else ""

    @staticmethod
    def _is_kind_alone(key: str) -> bool:
        return fold(kind_of(key)) == key

    def _series_at(self, slug: str) -> Series | None:
        """Return the series at that address or formerly there."""
        try:
            validate_slug(slug)
        except ValidationError as error:
            reason = _("--series %(slug)s: use only letters, digits, hyphens and underscores.")
            raise ValidationError(reason % {"slug": slug}) from error
        return Series.objects.with_slugs([slug]).get(slug)

    @cached_property
    def _every(self) -> list[Series]:
        return list(Series.objects.in_order())

    @cached_property
    def _known(self) -> list[Series]:
        return [series for series in self._every if self._options.allows(series.pk)]

    @cached_property
    def _by_name(self) -> dict[str, Series]:
        return _by_name(self._known)

    @cached_property
    def _every_by_name(self) -> dict[str, Series]:
        return _by_name(self._every)


def _by_name(series: list[Series]) -> dict[str, Series]:
    newest_first = sorted(series, key=lambda one: -one.pk)
    return {fold(name): one for one in newest_first for name in names_of(one)}
