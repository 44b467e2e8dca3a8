"""What a new PostgreSQL database takes over from the one that it replaces: encoding, order of texts and owner."""

import json
import re
from typing import Any

PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}  # pg_database.datlocprovider
# What pg_restore writes for a database, each on a line of its own.
CREATE = re.compile(r"^CREATE DATABASE .+? WITH TEMPLATE = template0 (.+);$", re.M)
OWNER = re.compile(r'^ALTER DATABASE .+ OWNER TO ("?)(.+)\1;$', re.M)
# PostgreSQL 16 parts membership from the right to act as a role: https://www.postgresql.org/docs/16/functions-info.html
MAY_OWN = """
    SELECT bool_or(pg_has_role(oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER'
    ELSE 'SET' END)) FROM pg_roles WHERE rolname = %s
"""


def options(cursor: Any, name: str, schema: str) -> str:
    """Return options of CREATE DATABASE: those of the database with that name or, if it is gone, of the dumped one.

    The database that is there was made for this server, which may lack a locale of the server of the dump. It gets its
    former owner as far as our role may give it to them.
    """
    cursor.execute(
        "SELECT to_jsonb(d), pg_encoding_to_char(encoding), pg_get_userbyid(datdba) FROM pg_database d "
        "WHERE datname = %s",
        [name],
    )
    if found := cursor.fetchone():
        facts, encoding, owner = found
        chosen = _options_of(cursor, json.loads(facts), encoding)
    else:
        chosen = CREATE.search(schema)[1]
        owner = (OWNER.search(schema) or ["", "", ""])[2].replace('""', '"')
    cursor.execute(MAY_OWN, [owner])
    if cursor.fetchone()[0]:
        chosen += f" OWNER {_quoted(cursor, 'ident', owner)}"
    return chosen


def _quoted(cursor: Any, kind: str, value: str) -> str:
    """Let PostgreSQL quote a literal or an ident; psycopg, which could, takes 8 MB in each worker of another database.

    https://www.postgresql.org/docs/15/functions-string.html
    """
    cursor.execute(f"SELECT quote_{kind}(%s)", [value])
    return cursor.fetchone()[0]


def _options_of(cursor: Any, facts: dict[str, Any], encoding: str) -> str:
    """Write a row of pg_database as options; PostgreSQL 17 renamed a column of 15."""
    provider = PROVIDERS[facts["datlocprovider"]]
    values = {
        "ENCODING": encoding,
        "LOCALE_PROVIDER": provider,
        "LC_COLLATE": facts["datcollate"],
        "LC_CTYPE": facts["datctype"],
        "BUILTIN_LOCALE" if provider == "builtin" else "ICU_LOCALE": facts.get("datlocale")
        or facts.get("daticulocale"),
        "ICU_RULES": facts.get("daticurules"),
    }
    return " ".join(f"{option} = {_quoted(cursor, 'literal', value)}" for option, value in values.items() if value)
