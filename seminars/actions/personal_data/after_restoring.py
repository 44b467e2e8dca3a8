"""Anonymises again those whom a restored backup brings back: it was made before they were anonymised."""

from django.core.exceptions import ValidationError

from seminars.actions.personal_data import accounts, speakers
from seminars.actions.personal_data.anonymised_keys import Keys
from seminars.models import Speaker, User
from seminars.models.anonymised_person import Subject, digest_of


def anonymise_again(keys: Keys) -> tuple[int, int]:
    """Anonymise those of these who are in the database under the same name.

    Return how many, and how many could not be: the only administrator has to be replaced first.
    """
    done = refused = 0
    for kind, key, digest in keys:
        is_speaker = kind == Subject.SPEAKER
        row = (Speaker if is_speaker else User).objects.filter(pk=key).first()
        if row is None or digest_of(row.name if is_speaker else row.username) != digest:
            continue
        try:
            (speakers if is_speaker else accounts).anonymise(row, by=None)
        except ValidationError:
            refused += 1
        else:
            done += 1
    return done, refused
