"""What an operator is told about the health of a site (docs/doctor.md). It reads, and writes nothing.

`examining.examine` asks the site itself; if it is told to, also the mail server, the site's own address as a visitor
does, and the indexes of releases.
"""
