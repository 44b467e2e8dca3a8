"""Takes migrations back to those that a backup knows, with all rows that the earlier release had a place for."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.actions.backups import backup_file
from seminars.actions.backups.making import ENGINES
from seminars.models.schema import applied_migrations, unknown_migrations

# What people notice when a migration is taken back.
NOTICED = {
    "seminars.0052_single_sign_on": gettext_lazy(
        "Rights that groups of the university gave are taken away, and accounts forget the university. After the next "
        "update, people connect their accounts again."
    )
}


def steps_to(manifest: backup_file.Manifest) -> list[str]:
    """Return the migrations to take back to get to the state of a backup, the last first.

    Raise ValidationError if one of them cannot be taken back, or if this program does not know all of them.
    """
    applied = [".".join(one) for one in applied_migrations()]
    if unknown := unknown_migrations([*applied, *manifest.migrations]):
        sentence = _("This release does not know the migration %(name)s. Run the newer release's rollback.")
        raise ValidationError(sentence % {"name": max(unknown)})
    if missing := set(manifest.migrations) - {*applied}:
        sentence = _("The backup is newer than the database, which lacks %(name)s. Restore it instead.")
        raise ValidationError(sentence % {"name": max(missing)})
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(list(_targets(manifest, executor)))
    for migration, _is_backwards in plan:
        if not _is_reversible(migration):
            sentence = _(
                "%(name)s cannot be taken back. Install the earlier release and run “manage.py restore” with this "
                "backup: what was written since is then lost."
            )
            raise ValidationError(sentence % {"name": migration})
    return [str(migration) for migration, _is_backwards in plan]


def _is_reversible(migration: Migration) -> bool:
    return all(operation.reversible for operation in migration.operations)


def _targets(manifest: backup_file.Manifest, executor: MigrationExecutor) -> Iterator[tuple[str, str | None]]:
    """Yield the state of each app that has changed since; None if the app is new."""
    graph = executor.loader.graph
    kept = {tuple(name.split(".", 1)) for name in manifest.migrations} & graph.nodes.keys()
    changed = {app for app, name in graph.nodes if (app, name) not in kept}
    for app in sorted(changed):
        ours = {node for node in kept if node[0] == app}
        leaves = [node for node in ours if not any(child.key in ours for child in graph.node_map[node].children)]
        yield from sorted(leaves) or [(app, None)]


def refuse_use() -> None:
    """Raise ValidationError while the site runs: its processes would look for what is taken away."""
    ENGINES[connection.vendor].refuse_others()


def go(manifest: backup_file.Manifest) -> None:
    """Take the migrations back. If it is stopped, it goes on when it is run again."""
    executor = MigrationExecutor(connection)
    for app, name in _targets(manifest, executor):
        call_command("migrate", app, name or "zero", verbosity=0, interactive=False)
