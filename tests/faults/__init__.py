"""What a running site must survive, one file for each fault.

| Fault | File |
|---|---|
| a worker, or the whole site, is stopped or killed while people save | test_killed.py |
| the disk is full; the database is read-only or locked | test_disk.py |
| PostgreSQL is restarted while people save | test_postgres_restarted.py |
| PostgreSQL is stopped, out of reach, or hangs | test_database_away.py |
| any part of a cluster is killed while people save and mail is sent | test_cluster.py |
| the database is destroyed while people save, and restored | test_backup.py, test_litestream.py |
| a backup, a restore or an import is killed | test_backup_killed.py, test_import_killed.py |
| a worker is killed while it sends mail; the mail server dies | test_mail.py |
| an update, and going back to the release before | test_going_back.py |
| a new machine, by the commands of docs/hosting.md; the image | test_hosting.py, test_image.py |
| Redis refuses connections, or hangs | test_redis_away.py |
| two editors save one talk at the same moment | test_two_editors_at_once.py |
| the clock is set back: what pages, feeds and stamps say | test_clock_set_back.py |
| the clock is set back: the running site | test_clock_jumps.py |
| the upgrade from the first schema, with data | test_upgrade.py |
| time zone data is replaced, live and at a restart | test_zone_data_replaced.py |
| two starts at once, starts that are killed, a start beside a site that is up | test_preparing.py |
| connections that stay silent, send half a request, or read nothing | test_half_open.py |

`health.py` measures /healthz, which must answer within 100 ms at the 99th percentile during each fault that leaves a
process to answer. test_database_away.py and test_half_open.py measure it themselves. test_upgrade.py has no site that
is up, and test_clock_set_back.py runs inside the tests' own process.
"""
