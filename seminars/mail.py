"""Mail: whether it reaches people, and what the log says where it does not. `actions/outbox.py` sends it."""

import logging
import smtplib
import traceback

from django.conf import settings

logger = logging.getLogger(__name__)


def is_set_up() -> bool:
    """Tell whether messages reach people, rather than the terminal or the journal."""
    return settings.EMAIL_BACKEND.rsplit(".", 2)[-2] not in ("console", "dummy")


def log_problem(error: Exception) -> None:
    """Log what went wrong without the words of the error: mail servers repeat addresses in them."""
    what = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".rstrip()
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        logger.warning("The mail server refused an address. The desk shows its answer under “Mail”.")
    elif isinstance(error, OSError):  # all of smtplib's are
        logger.error("A message was not sent (%s). See that EMAIL_URL is right and that the mail server answers.", what)
    else:
        frames = traceback.extract_tb(error.__traceback__)
        where = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
        logger.error("A message was not sent, which is a fault of the program (%s in %s).", what, where)
