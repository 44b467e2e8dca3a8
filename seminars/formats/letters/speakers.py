"""Letters to speakers: the request to answer at a private address, and a question about the answer.

The words are a template of the series, or ours. `mailto` opens the same letter in a mail program.
"""

from functools import partial
from string import Formatter
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import date_formats, text
from seminars.formats.letters.mailing import LetterText, in_language_of, message_from_desk
from seminars.models import Gap, Series, Speaker, SpeakerAnswer, SpeakerLetter, SpeakerRequest, Talk, User, gaps_of
from seminars.models.letter import Letter
from seminars.models.speaker_request import LetterReason
from seminars.phrases import whereabouts

LONGEST_MAILTO = 1900  # characters: some mail programs cut longer addresses off, or do nothing at all
ASKED_FOR = (Gap.TITLE, Gap.ABSTRACT, Gap.BIOGRAPHY)  # what a speaker can fill in
PLACEHOLDERS = ("address", "speaker", "title", "date", "place", "series", "missing", "organiser")
SUBJECT = gettext_lazy("Your talk on {date}: {series}")
TEXT = gettext_lazy(
    """\
Dear {speaker},

Thank you for agreeing to speak in our series “{series}”:

{title}
{date}
{place}

Please tell us about your talk and yourself. It takes about five minutes, and you need no account:

{address}

What we still need: {missing}.

The link is only for you. You can change your answers there until 30 days after the talk.

Kind regards,
{organiser}
"""
)


REMINDER_SUBJECT = gettext_lazy("Reminder: your talk on {date}")
REMINDER = gettext_lazy(
    """\
Dear {speaker},

For your talk in our series “{series}”, we still need: {missing}.

{title}
{date}
{place}

You can add it here, without an account, in about five minutes:

{address}

If you have already sent it to us another way, you do not need to do anything.

Kind regards,
{organiser}
"""
)
THANKS_SUBJECT = gettext_lazy("Thank you for your talk on {date}")
THANKS = gettext_lazy(
    """\
Dear {speaker},

Thank you for your talk in our series “{series}”:

{title}
{date}

If you have slides, please send us a link to them, and tell us whether we may publish the recording:

{address}

The link works until 30 days after the talk.

Kind regards,
{organiser}
"""
)


# What a series may write itself, and whether it needs the address.
OWN_TEXTS = {"ask_subject": False, "ask_text": True, "remind_text": True, "thanks_text": True}


def check(template: str, *, needs_address: bool) -> None:
    """Raise ValidationError with a sentence for an unknown placeholder, a brace that stands alone, or no {address}."""
    try:
        parts = [part[1:] for part in Formatter().parse(template) if part[1] is not None]
    except ValueError as odd:
        sentence = _("A brace stands alone. Write {{ and }} for braces, and placeholders such as {speaker}.")
        raise ValidationError(sentence, code="brace") from odd
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    for name, form, conversion in parts:
        if name not in PLACEHOLDERS or form or conversion:
            sentence = _("{%(name)s} is not known. Use %(known)s.")
            raise ValidationError(sentence % {"name": name, "known": known}, code="placeholder")
    if template and needs_address and "address" not in [name for name, *_rest in parts]:
        raise ValidationError(_("The letter needs {address}, the speaker’s private address."), code="address")


def check_texts(series: Series) -> None:
    """Check the letters that a series has of its own; raise ValidationError by field."""
    refused = {}
    for name, needs_address in OWN_TEXTS.items():
        try:
            check(getattr(series, name), needs_address=needs_address)
        except ValidationError as refusal:
            refused[name] = refusal
    if refused:
        raise ValidationError(refused)


def written(
    request: SpeakerRequest, by: User | None, *, question: str = "", reason: str = LetterReason.ASK
) -> LetterText:
    """Return the letter to a speaker in the language of the talk; its reply goes to the organiser who sends it."""
    with in_language_of(request):
        words = _words(request, by)
        series = request.talk.series
        if question:
            subject = _("A question about your talk on %(date)s") % {"date": words["date"]}
            body = _(
                "Dear %(speaker)s,\n\nThank you for your answer. We have a question:\n\n%(question)s\n\n"
                "You can change your answer here:\n\n%(address)s\n\nKind regards,\n%(organiser)s\n"
            ) % (words | {"question": text.printable(question)})
        else:
            subject, body = (str(template).format_map(words) for template in _templates(series, reason))
    return LetterText(text.line(subject), body, reply_to=(by.email if by else "") or series.contact_email)


def _templates(series: Series, reason: str) -> tuple[str, str]:
    """Return subject and text of a letter, with their placeholders."""
    if reason == LetterReason.REMIND:
        return REMINDER_SUBJECT, series.remind_text or REMINDER
    if reason == LetterReason.THANK:
        return THANKS_SUBJECT, series.thanks_text or THANKS
    return series.ask_subject or SUBJECT, series.ask_text or TEXT


def _words(request: SpeakerRequest, by: User | None) -> dict[str, str]:
    talk = request.talk
    return {
        "address": request.address,
        "speaker": request.speaker.name,
        "title": text.line(talk.title) or _("Title to be announced"),
        "date": date_formats.when(talk.span, talk.zone_name),
        "place": text.printable(whereabouts(talk)),
        "series": talk.series.full_name,
        "missing": ", ".join(str(gap.label) for gap in lacks(talk, request.speaker))
        or _("nothing, but please check what is there"),
        "organiser": (by.get_full_name() if by else "") or talk.series.contact_name or talk.series.name,
    }


def lacks(talk: Talk, speaker: Speaker) -> list[Gap]:
    """Return what a talk, read `for_lists`, lacks and this speaker can give: of biographies, only their own."""
    return [gap for gap in gaps_of(talk) if gap in ASKED_FOR and (gap != Gap.BIOGRAPHY or not speaker.biography)]


def mailto(request: SpeakerRequest, letter: LetterText) -> str:
    """Return the address that opens the letter in a mail program (RFC 6068); a long one leaves out the text."""
    start = f"mailto:{quote(request.speaker.email, safe='@')}?subject={quote(letter.subject, safe='')}"
    whole = f"{start}&body={quote(letter.text.replace(chr(10), chr(13) + chr(10)), safe='')}"
    return whole if len(whole) <= LONGEST_MAILTO else start


def _is_still_needed(request: SpeakerRequest, note: SpeakerLetter) -> bool:
    """Tell whether things are still so that a letter which nobody pressed a button for has something to ask."""
    if note.step is None:
        return True
    talk = request.talk
    if talk.is_called_off or not talk.series.reminds_speakers:
        return False
    if note.reason == LetterReason.THANK:
        proposed = SpeakerAnswer.objects.with_slides([talk])
        return not talk.slides_url and (talk.pk, request.speaker_id) not in proposed
    has_answered = (talk.pk, request.speaker_id) in SpeakerAnswer.objects.sent_in([talk])
    return bool(lacks(talk, request.speaker)) and not talk.is_over() and not has_answered


def to_speaker(letter: Letter) -> EmailMessage | None:
    """Return the letter as things are now, None once the address no longer works or cannot be told."""
    note = SpeakerLetter.objects.with_number(letter.about["speaker_letter"])
    request = SpeakerRequest.objects.good_of(note.talk_id, note.speaker_id) if note else None
    if request is None or request.why_over() or not request.address:
        return None
    if not _is_still_needed(request, note):
        return None
    question = note.question if note.reason == LetterReason.ASK_BACK else ""
    with in_language_of(request):
        text_of = written(request, note.by, question=question, reason=note.reason)
        message = message_from_desk(letter.to, text_of)
    if note.step is not None:
        message.extra_headers["Auto-Submitted"] = "auto-generated"  # nobody pressed a button (RFC 3834 §5)
    message.when_sent = partial(SpeakerLetter.objects.note_sent, note.pk)
    return message
