"""The example: a believable department to look at before there is a real one, and its removal."""

from seminars.actions.example.loading import MOST_TALKS, load
from seminars.actions.example.removal import start_empty, what_goes

__all__ = ["MOST_TALKS", "load", "start_empty", "what_goes"]
