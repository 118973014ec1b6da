"""Execute the steps of the Dockerfile in a fresh Debian, where no container engine runs.

    sudo python tests/image/run_steps.py [FOLDER]

Needs root, debootstrap, the network and 3 GB. A Debian with Python takes the place of the image
python:3.12-slim-bookworm, so this shows that the steps work and what they leave, and not that an
engine accepts the file or that its base image is there. Not part of the tests.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = "python3,python3-venv,ca-certificates"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
NICKEL = ROOT / "tests" / "data" / "study" / "Ni_fcc.cif"
Step = tuple[str, str]


def steps(text: str) -> list[list[Step]]:
    """The instructions of each stage of a Dockerfile: (word, the rest).

    Examples
    --------
    >>> steps("FROM a\\nRUN b \\\\\\n    && c\\n# no\\nFROM d AS e\\nUSER f\\n")
    [[('FROM', 'a'), ('RUN', 'b     && c')], [('FROM', 'd AS e'), ('USER', 'f')]]
    """
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    stages: list[list[Step]] = []
    for line in re.sub(r"\\\n", "", lines).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            if word == "FROM":
                stages.append([])
            stages[-1].append((word, rest))
    return stages


def inside(root: Path, folder: str, command: str, environment: dict[str, str], user: str) -> None:
    """Run a shell command in a root folder."""
    settings = " ".join(shlex.quote(f"{name}={value}") for name, value in environment.items())
    line = f"cd {shlex.quote(folder)} && exec env -i {settings} sh -c {shlex.quote(command)}"
    call = ["chroot", f"--userspec={user}", str(root), "sh", "-c", line]
    subprocess.run(call, check=True)


def copy(words: list[str], source: Path, root: Path, folder: str) -> None:
    """What COPY does."""
    *names, target = words
    place = root / os.path.join(folder, target).lstrip("/")
    for name in names:
        path = source / name.lstrip("/")
        if path.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, place, dirs_exist_ok=True, symlinks=True, ignore=ignored)
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)


def execute(stage: list[Step], root: Path, built: Path | None) -> tuple[str, str, dict[str, str]]:
    """Execute one stage in a root folder; the user, the folder and the environment at its end."""
    user, folder = "root", "/"
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root"}
    environment |= dict.fromkeys(("SSL_CERT_FILE", "PIP_CERT"), CERTIFICATES)
    for word, rest in stage:
        print(word, rest[:100], flush=True)
        if word == "RUN":
            inside(root, folder, rest, environment, user)
        elif word == "COPY":
            words = rest.split()
            source = built if words[0].startswith("--from=") else ROOT
            copy([w for w in words if not w.startswith("--")], source, root, folder)
        elif word == "WORKDIR":
            folder = rest
            (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "ENV":
            for setting in shlex.split(rest):
                name, _, value = setting.partition("=")
                environment[name] = value.replace("$PATH", environment["PATH"])
        elif word == "USER":
            user, environment["HOME"] = rest, f"/home/{rest}"
        elif word not in ("FROM", "CMD"):
            raise SystemExit(f"run_steps: {word} is not known here")
    return user, folder, environment


def fresh(folder: Path) -> None:
    """Make a fresh Debian with Python, whose command `python` is Python 3."""
    call = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(folder)]
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    (folder / "usr" / "bin" / "python").symlink_to("python3")
    (folder / "etc" / "resolv.conf").write_bytes(Path("/etc/resolv.conf").read_bytes())
    # The certificates that this machine trusts, for a network with one of its own.
    trusted = os.environ.get("SSL_CERT_FILE", CERTIFICATES)
    (folder / CERTIFICATES.lstrip("/")).write_bytes(Path(trusted).read_bytes())
    # Devices that programs expect; everything else of the machine stays outside.
    for name in ("null", "zero", "random", "urandom"):
        device = folder / "dev" / name
        if not device.exists():
            os.mknod(device, 0o666 | 0o020000, os.stat(f"/dev/{name}").st_rdev)
            device.chmod(0o666)


def main(place: Path) -> None:
    """Execute all stages, and run the image's program in what they leave."""
    build, final = steps((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    base = place / "base"
    fresh(base)
    built = place / "build"
    subprocess.run(["cp", "-a", "--one-file-system", str(base), str(built)], check=True)
    execute(build, built, None)
    user, folder, environment = execute(final, base, built)
    shutil.copy2(NICKEL, base / "tmp")
    for command in (
        "! command -v cc && ! command -v gcc && ! command -v uv",
        "id -un && test $(id -u) != 0",
        "pdflearn --help > /dev/null",
        "pdflearn simulate /tmp/Ni_fcc.cif | head -3",
        "snakemake --snakefile /opt/pdflearn/Snakefile"
        " --workflow-profile /opt/pdflearn/profiles/default --cores 2 -n",
    ):
        print("+", command, flush=True)
        inside(base, folder, command, environment, user)
    size = subprocess.run(["du", "-sm", str(base)], capture_output=True, text=True, check=True)
    print(f"all steps done; {size.stdout.split()[0]} MB")


if __name__ == "__main__":
    if os.geteuid():
        sys.exit("run_steps: debootstrap and chroot need root")
    if sys.argv[1:]:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as name:
            main(Path(name))
