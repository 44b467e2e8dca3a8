"""Save and delete breaks."""

from seminars.models import Break, publishing


def save(one: Break, *, checked: bool = False) -> None:
    """Check and write a break; raise ValidationError and write nothing if it is refused.

    `checked` says that a form has checked these fields within the same transaction.
    """
    with publishing():
        if not checked:
            one.full_clean()
        one.save()


def delete(one: Break) -> None:
    """Delete a break."""
    one.delete()
