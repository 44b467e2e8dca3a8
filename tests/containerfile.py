"""deploy/Containerfile, carried out on a machine of tests/fresh_machine.py where there is no registry of images."""

import json
import re
import shlex

from tests.proxies import DEPLOY

SOURCES = "/srv/seminars/app"  # the repository, as docs/hosting.md clones it, with its libraries
# Both stages are the same machine here, so what one copies from the other is there already. There is no network: the
# libraries are those that the page installed from the same requirements.txt, and packages are only looked up. The page
# has made a user "seminars" already, with another number.
FUNCTIONS = f"""
python3() {{ [ "$2" = venv ] && mkdir /app/.venv || command python3 "$@"; }}
pip() {{ cp -a {SOURCES}/.venv/. /app/.venv/; }}
useradd() {{ command useradd "${{@/%seminars/image}}"; }}
apt-get() {{
    [ "$1" != install ] || ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || command apt-get --simulate "$@"
}}
"""


def instructions():
    """The instructions as pairs of a word and its rest, without comments."""
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Containerfile").read_text(), flags=re.M)
    lines = [line for line in text.replace("\\\n", "").splitlines() if line.strip()]
    return [tuple(line.split(None, 1)) for line in lines]


class Image:
    """What the instructions leave behind."""

    def __init__(self, machine):
        self.machine, self.environment, self.last = machine, {}, {}
        for word, rest in instructions():
            getattr(self, f"_{word.lower()}", self._note)(word, rest)

    def _run(self, _word, rest):
        self.machine.run(FUNCTIONS + rest.replace("/app/.venv/bin/pip ", "pip "))

    def _copy(self, _word, rest):
        if not rest.startswith("--from="):
            *sources, target = rest.split()
            copied = " ".join(f"{SOURCES}/{source}" for source in sources)
            into = "--no-target-directory" if not target.endswith("/") else "--target-directory"
            order = f"{copied} {target}" if into == "--no-target-directory" else f"{target} {copied}"
            self.machine.run(f"mkdir -p $(dirname {target}x) && cp --recursive {into} {order}")

    def _env(self, _word, rest):
        self.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def _note(self, word, rest):
        self.last[word] = rest

    @property
    def health_check(self):
        return json.loads(self.last["HEALTHCHECK"].partition("CMD")[2])

    def start(self, *command, wait=False, **settings):
        """Run a command, or that of the image, as its user, where only its volumes and /tmp can be written."""
        limits = {
            "User": self.last["USER"],
            "WorkingDirectory": self.last["WORKDIR"],
            "ProtectSystem": "strict",
            "ReadWritePaths": self.last["VOLUME"],
            "PrivateTmp": "yes",
            "CapabilityBoundingSet": "",
            "NoNewPrivileges": "yes",
        }
        options = [f"--property={name}={value}" for name, value in limits.items()]
        options += [f"--setenv={name}={value}" for name, value in (self.environment | settings).items()]
        options += ["--wait", "--pipe"] if wait else ["--unit=image"]
        return self.machine.run(shlex.join(["systemd-run", *options, *(command or json.loads(self.last["CMD"]))]))
