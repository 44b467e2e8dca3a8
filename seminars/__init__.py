"""A site for a department's seminar series."""
