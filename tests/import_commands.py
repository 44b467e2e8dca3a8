"""Commands for the organiser process of tests/serving.py that imports a calendar, in turns of 20 talks."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from seminars.importing import ImportOptions, apply, plan_content
from seminars.importing.continuing import begin, go_on
from seminars.models import ImportRun, Talk, User

apply.TURN = 20
OPTIONS = ImportOptions(series="looms")


def import_slowly(path, told):
    """Import, and after each turn write to the file `told` how many talks are done; wait a little there."""
    content = Path(path).read_bytes()
    apply.PAUSE = 0.3
    plan = plan_content(content, OPTIONS, name="looms.ics")
    apply.apply_plan(plan, run=begin(content, OPTIONS), progress=lambda done, _total: Path(told).write_text(str(done)))


def unfinished():
    """Return how many talks are done, and of how many, of each import that stopped; whatever time has passed."""
    ImportRun.objects.update(held_until=timezone.now() - timedelta(minutes=1))
    return [(run.done, run.total) for run in ImportRun.objects.stalled()]


def continue_it():
    apply.PAUSE = 0
    person = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("ada", password="-")
    return go_on(ImportRun.objects.stalled().get(), by=person, homes=None)


def imported():
    """Return what people see of the imported talks, and the changes that the history names."""
    talks = Talk.objects.filter(series__slug="looms").for_pages().order_by("uid")
    seen = [
        (talk.uid, talk.title, talk.state, str(talk.starts_at), str(talk.room), talk.speaker_names, talk.abstract,
         talk.sequence, sorted(map(str, talk.topics.all())), talk.history.count())
        for talk in talks
    ]  # fmt: skip
    return seen, len({row.change_id for talk in talks for row in talk.history.all()})
