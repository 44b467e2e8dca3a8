"""A site for a department's seminar series."""

__version__ = "0.1.0"
