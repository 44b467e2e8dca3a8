"""Everything that the site stores about a person, as JSON can hold it.

Keys, passwords, passcodes and private notes are left out. So is what others own: of a row that is about somebody or
something else, where the person only did something, the export has its key, what kind of row it is and when.
"""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from seminars.models import (
    CalendarInvitation,
    Letter,
    SharedChange,
    Speaker,
    Subscriber,
    SubscriptionRequest,
    User,
)
from seminars.models.account_invitation import Invitation

# What opens something, or is no statement about the person.
LEFT_OUT = frozenset({"password", "key", "digest", "seed", "feed_key", "credential", "token", "content", "portrait",
                      "thumbnail", "packed", "last_t", "body", "headers", "passcode", "default_passcode", "join_url",
                      "default_join_url", "notes", "default_notes"})  # fmt: skip
# Relations whose rows are about the person. Of all others, new ones too, see `_brief`.
ABOUT_THE_PERSON = frozenset({
    "formeraddress.speaker", "speakername.speaker", "appearance.speaker", "historicalappearance.speaker",
    "speakerinvitation.speaker", "speakerrequest.speaker", "speakeranswer.speaker", "speakerletter.speaker",
    "apitoken.person", "columnchoice.user", "identity.user", "passkey.user", "invitation.person",
    "seriesorganiser.user", "staticdevice.user", "totpdevice.user", "user_groups.user", "user_user_permissions.user",
})  # fmt: skip
# When a person did something, beside the time that goes with the relation: `decided_at` with `decided_by`.
DATES = ("history_date", "action_time", "made_at", "put_at", "send_at", "sent_at")
KINDS = ("history_type", "action_flag")
KEPT_KEYS = frozenset({SharedChange})  # whose `key` says which row it is about
encoder = DjangoJSONEncoder


def of_speaker(speaker: Speaker) -> dict[str, Any]:
    """Return what is stored about somebody who speaks, also under their email address."""
    found = {"speaker": [_values(speaker)]} | _related(speaker)
    found["history of the row"] = _all(SharedChange.objects.filter(kind="speaker", key=speaker.pk))
    return found | of_email(speaker.email)


def of_account(person: User) -> dict[str, Any]:
    """Return what is stored about somebody who signs in, also under their email address."""
    found = {"account": [_values(person)]} | _related(person)
    about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk))
    found["log of the account"] = _all(about)
    return found | of_email(person.email)


def of_email(email: str) -> dict[str, Any]:
    """Return what is stored under an email address, in any case of its letters."""
    if not email:
        return {}
    found = {
        "subscriptions": Subscriber.objects.filter(email__iexact=email),
        "requests to subscribe": SubscriptionRequest.objects.filter(email__iexact=email),
        "calendar invitations": CalendarInvitation.objects.filter(email__iexact=email),
        "invitations to the desk": Invitation.objects.filter(email__iexact=email),
        "messages": Letter.objects.filter(to__iexact=email),
    }
    return {name: rows for name, asked in found.items() if (rows := _all(asked))}


def _related(row: models.Model) -> dict[str, Any]:
    """Return the rows of every model that refers to this one, so that no new model is forgotten.

    Of those that are not about the person only key, kind and date are returned: they name other people.
    """
    found = {}
    relations = row._meta.get_fields(include_hidden=True)
    for relation in (one for one in relations if one.auto_created and not one.concrete and not one.many_to_many):
        name = f"{relation.related_model._meta.model_name}.{relation.field.name}"
        rows = relation.related_model._base_manager.filter(**{relation.field.name: row.pk})
        if values := _all(rows) if name in ABOUT_THE_PERSON else _brief(rows, relation.field.name):
            found[name] = values
    return found


def _brief(rows: models.QuerySet, did: str) -> list[dict[str, Any]]:
    """Return of each row only its key, its kind and when the person did what `did` names, None if nobody noted it."""
    there = {field.attname for field in rows.model._meta.concrete_fields}
    when = next((name for name in (f"{did.removesuffix('_by')}_at", *DATES) if name in there), None)
    kind = next((name for name in KINDS if name in there), None)
    return [
        {"key": row.pk, "kind": getattr(row, kind) if kind else row._meta.model_name,
         "date": getattr(row, when) if when else None}
        for row in rows.order_by("pk").only("pk", *filter(None, (when, kind)))
    ]  # fmt: skip


def _all(rows: models.QuerySet) -> list[dict[str, Any]]:
    return [_values(row) for row in rows.order_by("pk")]


def _values(row: models.Model) -> dict[str, Any]:
    left_out = LEFT_OUT - {"key"} if type(row) in KEPT_KEYS else LEFT_OUT
    names = [field.attname for field in row._meta.concrete_fields if field.attname not in left_out]
    return {name: getattr(row, name) for name in names if not isinstance(getattr(row, name), bytes | memoryview)}
