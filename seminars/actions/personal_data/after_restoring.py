"""Anonymises again those whom a restored backup brings back: it was made before they were anonymised."""

from django.core.exceptions import ValidationError

from seminars.actions.personal_data import accounts, addresses, speakers
from seminars.actions.personal_data.anonymised_keys import Keys
from seminars.models import Speaker, User
from seminars.models.anonymised_person import AnonymisedPerson, Subject, digest_of


def anonymise_again(keys: Keys) -> tuple[int, int]:
    """Anonymise those of these who are in the database under a name of then, unless the database knows of it already.

    Return how many, and how many could not be: the only administrator has to be replaced first. It may be repeated:
    what it has done is noted, so a name or an address that somebody enters later stays.
    """
    known = set(map(tuple, AnonymisedPerson.objects.as_kept()))
    missing = [key for key in keys if tuple(key) not in known]
    done, refused = _people(missing)
    found = _addresses({digest for kind, _key, digest, _when in missing if kind == Subject.EMAIL})
    AnonymisedPerson.objects.take([key for key in missing if key not in refused])
    return done + found, len({(kind, key) for kind, key, *_rest in refused})


def _people(keys: Keys) -> tuple[int, Keys]:
    """Return how many speakers and accounts were anonymised, and the keys of those who could not be."""
    done, refused = 0, []
    for row in keys:
        kind, key, digest, _when = row
        if kind == Subject.EMAIL:
            continue
        is_speaker = kind == Subject.SPEAKER
        person = (Speaker if is_speaker else User).objects.filter(pk=key).first()
        names = accounts.names_of(person) if isinstance(person, User) else [person.name] if person else []
        if digest not in map(digest_of, names):
            continue
        try:
            (speakers if is_speaker else accounts).anonymise(person, by=None)
        except ValidationError:
            refused.append(row)
        else:
            done += 1
    return done, refused


def _addresses(digests: set[str]) -> int:
    """Remove the addresses with these digests; return how many there were."""
    found = [email for email in addresses.known() if digest_of(email) in digests] if digests else []
    for email in found:
        addresses.remove(email)
    return len(found)
