"""What log lines leave out: the addresses of organisers' private calendars, which are as good as passwords."""

import logging
import re

PRIVATE = re.compile(r"(/private/+)[^/\s'\"?]+", re.IGNORECASE)  # mistyped addresses are secrets, too


class WithoutPrivateAddresses(logging.Filter):
    """Blackens the secret part of an address, whoever writes it: Django does for every 404, 410 and refused host."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if (told := PRIVATE.sub(r"\1…", line)) != line:
            record.msg, record.args = told, ()
        return True
