"""The example: a believable department to look at before there is a real one, and its removal."""

from seminars.actions.example.loading import MOST_TALKS, has_rows, load
from seminars.actions.example.removal import start_empty, what_goes

__all__ = ["MOST_TALKS", "has_rows", "load", "start_empty", "what_goes"]
