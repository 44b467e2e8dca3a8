"""Back up the database and restore it. A backup counts only after a test restore into a scratch database.

Unlike `site_archive`, which takes the rows to another site, a backup holds one database as it is, for the same site.
"""
