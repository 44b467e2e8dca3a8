"""Save and delete breaks."""

from seminars.models import Break, publishing


def save(one: Break) -> None:
    """Check and write a break; raise ValidationError and write nothing if it is refused."""
    with publishing():
        one.full_clean()
        one.save()


def delete(one: Break) -> None:
    """Delete a break."""
    one.delete()
