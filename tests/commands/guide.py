"""A machine for tests on which docs/guide/running.md is followed word for word: its paths, in a folder of their own.

What only root or systemd can do (`sudo`, `useradd`, `systemctl` …) is done by small programs on the PATH that do what
the guide relies on and note down what they were asked; everything else is the guide's own commands.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.commands.terminal import ROOT
from tests.own_catalogue import OFFICE, SHIPPED

PLACES = (
    "/opt/sapa-daya",
    "/etc/sapa-daya",
    "/var/lib/sapa-daya",
    "/var/backups/sapa-daya",
    "/usr/local/bin/sapa",
    "/etc/systemd/system",
)
FOLDERS = ("opt", "etc/systemd/system", "var/lib", "var/backups", "usr/local/bin")
NEEDED = ("bot", "handlers", "models", "locales", "deploy")
"""What an installation takes from a checkout, beside the files at its top."""

SUDO = """#!/usr/bin/env bash
while :; do case "$1" in -u) shift 2 ;; --) shift; break ;; *=*) export "$1"; shift ;; *) break ;; esac; done
exec "$@"
"""
RUNUSER = """#!/usr/bin/env bash
[ "$1 $2 $3" = "-u sapa --" ] || exit 99
shift 3
exec "$@"
"""
INSTALL = """#!{python}
import os, sys
words, out = iter(sys.argv[1:]), []
for word in words:
    if word in ("-o", "-g"):
        next(words)
    else:
        out.append(word)
os.execv("/usr/bin/install", ["install", *out])
"""
PYTHON = """#!/usr/bin/env bash
[ "$1 $2" = "-m venv" ] || exec {python} "$@"
{python} -m venv --without-pip "$3"
packages=$(echo "$3"/lib/python*/site-packages)
echo {packages} > "$packages/packages.pth"
cp {tools}/pip "$3/bin/pip"
"""
PIP = """#!/usr/bin/env bash
echo "pip $*" >> {noted}
bin=$(cd "$(dirname "$0")" && pwd)
printf '#!%s\\nimport sys\\nsys.path.insert(0, "%s")\\nfrom bot.__main__ import main\\nmain()\\n' \\
    "$bin/python" "$PWD" > "$bin/sapa"
chmod 755 "$bin/sapa"
"""
NANO = """#!{python}
import os, pathlib, sys
file = pathlib.Path(sys.argv[1])
text = file.read_text()
for line in filter(None, os.environ["TYPED"].splitlines()):
    old, new = line.split(" => ")
    text = text.replace(old, new)
file.write_text(text)
"""
NOTED = """#!/usr/bin/env bash
echo "$(basename "$0") $*" >> {noted}
"""
SYSTEMCTL = """#!/usr/bin/env bash
echo "systemctl $*" >> {noted}
[ "$1" = start ] || exit 0
unit={root}/etc/systemd/system/$2
cd "$(sed -n 's/^WorkingDirectory=//p' "$unit")"
export "$(sed -n 's/^Environment=//p' "$unit")"
umask "$(sed -n 's/^UMask=//p' "$unit")"
exec $(sed -n 's/^ExecStart=//p' "$unit")
"""
ID = "#!/bin/sh\necho root\n"


def blocks(section: str) -> list[str]:
    """What a section of the guide says to type, block by block."""
    guide = (ROOT / "docs" / "guide" / "running.md").read_text(encoding="utf-8")
    body = guide.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^```sh\n(.*?)^```$", body, re.M | re.S)


def moved(text: str, root: Path) -> str:
    """A text with the guide's places inside a folder."""
    places = "|".join(map(re.escape, PLACES))
    return re.sub(rf"(?<![\w/])({places})", lambda found: f"{root}{found[1]}", text)


class Machine:
    """A folder with a machine's places in it, and a user who types what the guide says."""

    def __init__(self, root: Path, release: Path, typed: dict[str, str]) -> None:
        self.root, self.release = root, release
        self.noted, self._tools = root / "noted", root / "tools"
        self._typed = "\n".join(f"{old} => {new}" for old, new in typed.items())
        for folder in (*FOLDERS, "tools"):
            (root / folder).mkdir(parents=True)
        (root / "noted").touch()
        self._lay_tools()

    def _lay_tools(self) -> None:
        facts = {
            "python": sys.executable,
            "packages": sysconfig.get_paths()["purelib"],
            "noted": self.noted,
            "root": self.root,
            "tools": self._tools,
        }
        programs = {"sudo": SUDO, "runuser": RUNUSER, "install": INSTALL, "python3": PYTHON, "pip": PIP, "id": ID}
        programs |= {"nano": NANO, "apt-get": NOTED, "useradd": NOTED, "systemctl": SYSTEMCTL}
        for name, text in programs.items():
            filled = re.sub(r"\{(\w+)\}", lambda found: str(facts[found[1]]), text)
            (self._tools / name).write_text(filled)
            (self._tools / name).chmod(0o755)

    def follow(self, section: str, **instead: str) -> str:
        """Type all that a section says; returns what was said. Raises AssertionError where a command fails."""
        return "".join(self.type(block, **instead) for block in blocks(section))

    def type(self, block: str, **instead: str) -> str:
        for old, new in {"<where you have it from>": str(self.release), **instead}.items():
            block = block.replace(old, new)
        whole = moved(block, self.root).replace("\\\n", " ")
        script = "set -euo pipefail\n" + re.sub(r"^(sudo sapa doctor)$", r"\1 || test $? -eq 1", whole, flags=re.M)
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.root, env=self._environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _environment(self) -> dict[str, str]:
        path = f"{self._tools}:{self.root}/usr/local/bin:{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.root), "LANG": "C.UTF-8", "TYPED": self._typed}

    def at(self, place: str) -> Path:
        return Path(moved(place, self.root))

    def unit(self, name: str) -> tuple[list[str], dict[str, str]]:
        """What systemd would start for an installed unit: the words of the command, and its environment."""
        text = self.at(f"/etc/systemd/system/{name}").read_text()
        found = dict(re.findall(r"^(ExecStart|Environment)=(.+)$", text, re.M))
        setting, _, value = found["Environment"].partition("=")
        return shlex.split(found["ExecStart"]), {setting: value}


def release_for(root: Path, folder: Path) -> Path:
    """Make a repository with this release, and the tests' office in its data/, for places that lie in a folder."""
    shutil.copytree(OFFICE.parent, folder / "data")
    for name in ("regions", "README.md"):
        copy(SHIPPED / name, folder / "data" / name)
    for name in NEEDED:
        copy(ROOT / name, folder / name)
    for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE", ".env.example"):
        copy(ROOT / name, folder / name)
    for file in (folder / "deploy").iterdir():
        if file.suffix in {"", ".service"}:
            file.write_text(moved(file.read_text(), root))
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "a release")
    return folder


def copy(source: Path, target: Path) -> None:
    """Copy a file, or a folder without what Python compiled."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def commit(folder: Path, subject: str) -> None:
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=test", "-c", "user.email=test@example.invalid", "commit", "-q", "-m", subject)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)
