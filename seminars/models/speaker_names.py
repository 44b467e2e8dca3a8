"""The folded names by which an index finds a person: each word of them, and each name as a whole."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import StartsWith
from django.db.models.sql.compiler import SQLCompiler

from seminars.models.edition import publishing, taking_turns
from seminars.models.many_rows import InsertingQuerySet
from seminars.models.searching import beginnings, spelt_out_words_of, words_of
from seminars.text import fold

WHOLE = "="  # stands before a whole name; no word has one
LONGEST = 300  # characters that are indexed: PostgreSQL's entries hold 2,700 bytes, and folding can lengthen a word
BATCH = 500

_SEPARATORS = re.compile(r"[,;]\s*")


def whole_names(others: str) -> list[str]:
    """Return the full names among a person's other names; a single word there is half of one."""
    return [part for part in _SEPARATORS.split(others) if " " in part]


def known_as(name: str, sort_name: str, other_names: str) -> set[str]:
    """Return the folded names of a person, each as a whole."""
    return {fold(name), fold(sort_name), *map(fold, whole_names(other_names))}


def folded_names(name: str, sort_name: str, other_names: str) -> set[str]:
    """Return what the index holds of a person: "ada", "lovelace", "=ada lovelace", "=lovelace, ada"."""
    whole = f"{name} {other_names}"
    words = {beginning for word in words_of(whole) for beginning in beginnings(word)} | {*spelt_out_words_of(whole)}
    wholes = {f"{WHOLE}{whole}" for whole in known_as(name, sort_name, other_names)}
    return {folded[:LONGEST] for folded in words | wholes}


@models.CharField.register_lookup
class Begins(models.Lookup):
    """As `startswith`, but answered from an index: SQLite has to ask for a range, as it uses none for Django's LIKE."""

    lookup_name = "begins"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple]:
        column, params = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", (*params, self.rhs, *params, f"{self.rhs}\U0010ffff")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple]:
        return StartsWith(self.lhs, self.rhs).as_sql(compiler, connection)


class SpeakerNameQuerySet(InsertingQuerySet):
    """Folded names."""

    def beginning(self, word: str) -> Self:
        """Keep the words that begin with this folded word."""
        return self.filter(folded__begins=word[:LONGEST])

    def whole(self, name: str) -> Self:
        """Keep the whole names that fold to the same text as this one."""
        folded = f"{WHOLE}{fold(name)}"[:LONGEST]
        return self.none() if "\0" in folded else self.filter(folded=folded)

    def wholes(self, names: Iterable[str]) -> Self:
        """Keep the whole names that fold to the same text as any of these."""
        folded = {f"{WHOLE}{fold(name)}"[:LONGEST] for name in names}
        return self.filter(folded__in=[one for one in folded if "\0" not in one])

    def renew(self, before: Mapping[int, Mapping[str, Any]], after: Mapping[int, Mapping[str, Any]]) -> None:
        """Bring the index up to date with speakers that were written: their fields before and after, by key."""
        names = "name", "sort_name", "other_names"
        old = {key: tuple(row[name] for name in names) for key, row in before.items()}
        new = {key: tuple(row[name] for name in names) for key, row in after.items()}
        if gone := [key for key, known in old.items() if new.get(key) != known]:
            self.filter(speaker__in=gone).delete()
        self.add({key: known for key, known in new.items() if old.get(key) != known})

    def rebuild(self) -> int:
        """Index anew people who were written without `renew`, in SQL for example; return how many there were.

        It takes BATCH people at a time, so those who save at that moment wait for milliseconds.
        """
        people = self.model._meta.get_field("speaker").related_model.objects.order_by("pk")
        wrong = last = 0
        while last is not None:
            with taking_turns():
                batch = people.filter(pk__gt=last).values_list("pk", "name", "sort_name", "other_names")[:BATCH]
                names = {key: known for key, *known in batch}
                last, rows = max(names, default=None), self.filter(speaker__gt=last)
                wrong += self._correct(names, rows if last is None else rows.filter(speaker__lte=last))
        return wrong

    def _correct(self, names: Mapping[int, Iterable[str]], rows: Self) -> int:
        """Write what differs between these people's names, by key, and their rows; return how many people differed."""
        indexed, wanted = defaultdict(set), {key: folded_names(*known) for key, known in names.items()}
        for key, folded in rows.values_list("speaker", "folded"):
            indexed[key].add(folded)
        wrong = [key for key in indexed.keys() | wanted if indexed[key] != wanted.get(key)]
        if wrong:
            with publishing():
                self.filter(speaker__in=wrong).delete()
                self.add({key: names[key] for key in wrong if key in names})
        return len(wrong)

    def add(self, names: Mapping[int, Iterable[str]]) -> None:
        """Index people by their key: name, sort name and other names of each."""
        rows = [
            self.model(speaker_id=key, folded=folded)
            for key, known in names.items()
            for folded in sorted(folded_names(*known))
        ]
        self.bulk_create(rows, batch_size=BATCH)


class SpeakerName(models.Model):
    """A folded word of a person's names, or a whole name; each write of a speaker renews those of the person."""

    # The write of the speaker removes these rows: with CASCADE, Django's admin would list each before a deletion.
    # The database does not check it: an earlier release, which knows no index, may delete people until it is stopped.
    speaker = models.ForeignKey("Speaker", models.DO_NOTHING, related_name="folded_names", db_constraint=False)
    folded = models.CharField(max_length=LONGEST)

    objects = SpeakerNameQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["folded", "speaker"],
                opclasses=["varchar_pattern_ops", "int8_ops"],  # PostgreSQL's, for beginnings of words
                name="speaker_by_folded_name",
            )
        ]

    def __str__(self) -> str:
        return self.folded
