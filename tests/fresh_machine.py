"""A machine of its own for a test: this one's programs over an empty layer, started by systemd in a container."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

NSPAWN = ["systemd-nspawn", "--register=no", "--keep-unit", "--quiet"]
# What /etc/systemd/system starts on this machine, the new one does not.
EMPTY = "rm -rf /etc/systemd/system/*.wants /etc/nginx/conf.d/* /etc/nginx/sites-enabled/* /srv/*"


def why_not():
    """Why there can be no such machine here, or nothing."""
    if os.geteuid() != 0:
        return "needs root"
    missing = [name for name in ("systemd-nspawn", "nsenter", "nginx", "git", "make") if not shutil.which(name)]
    if not Path("/usr/lib/systemd/systemd").exists():
        missing.append("systemd")
    return f"not installed here: {', '.join(missing)}" if missing else ""


class Machine:
    """A container with the files of this machine. What it writes is kept in memory until it ends."""

    def __init__(self, folder):
        self.root, self.process, self.leader = folder / "root", None, 0

    def run(self, command, *, check=True):
        """Run a command of a shell as root; return what it says. Before `boot`, it shares our network."""
        shell = ["bash", "-ec", command]
        if self.leader:
            inside = ["nsenter", f"--target={self.leader}", "--all", "env", "--ignore-environment"]
            shell = [*inside, "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", *shell]
        else:
            shell = [*NSPAWN, f"--directory={self.root}", "--pipe", "--", *shell]
        done = subprocess.run(
            shell, capture_output=True, stdin=subprocess.DEVNULL, timeout=300, text=True, errors="replace"
        )
        assert done.returncode == 0 or not check, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def boot(self):
        """Start its systemd, with a network that has only 127.0.0.1."""
        command = [*NSPAWN, f"--directory={self.root}", "--private-network", "--console=read-only", "--boot"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        deadline = time.monotonic() + 60
        while not self.leader or "running" not in self.run("systemctl is-system-running --wait || true", check=False):
            assert self.process.poll() is None
            assert time.monotonic() < deadline, "the container did not start"
            time.sleep(0.1)
            self.leader = int((children.read_text().split() or [0])[0])

    def end(self):
        """End it at once; nothing in it is to be kept."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.leader or self.process.pid, 9)
            self.process.wait(timeout=30)


@contextlib.contextmanager
def machine():
    """Make a machine, not yet booted."""
    with tempfile.TemporaryDirectory(prefix="seminars-machine-", ignore_cleanup_errors=True) as name, mounted(name):
        made = Machine(Path(name))
        try:
            made.run(f"{EMPTY}; systemctl enable --quiet nginx")
            yield made
        finally:
            made.end()


@contextlib.contextmanager
def mounted(folder):
    """Mount our files, and above them an empty layer in memory, at `root` in this folder."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", folder], check=True)
    try:
        for name in ("new", "work", "root"):
            (Path(folder) / name).mkdir()
        layers = f"lowerdir=/,upperdir={folder}/new,workdir={folder}/work"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, f"{folder}/root"], check=True)
        yield
    finally:
        subprocess.run(["umount", "--recursive", "--lazy", folder], check=False)
