"""Backups of the database, each of which has been restored once before it counts, and their way back.

Unlike `site_archive`, which takes the rows to another site, a backup holds one database as it is, for the same site.
"""
