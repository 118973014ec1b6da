"""Say what is not in step before a release: version, changelog, citation, lock, environments.

    python .ci/release_check.py                # exit status 1 where something is out of step
    python .ci/release_check.py --tag v1.2.3   # and all that a release needs beside it

The version stands in workflow/pdflearn/__init__.py. pyproject.toml takes it from there.
"""

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import codemeta
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def version_of(root: Path) -> str:
    """The version, from the one place where it is written."""
    text = (root / "workflow" / "pdflearn" / "__init__.py").read_text(encoding="utf-8")
    return re.findall(r'^__version__ = "(.+)"$', text, re.M)[0]


def _faults_of_versions(root: Path, tag: str) -> Iterator[str]:
    version = version_of(root)
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    if "version" in settings["project"]:
        yield "pyproject.toml: project.version is written out; it comes from workflow/pdflearn"
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    cited = re.findall(r"^version: *(\S+)$", citation, re.M)
    if cited != [version]:
        yield f"CITATION.cff: version {', '.join(cited) or 'missing'}; expected {version}"
    described = root / codemeta.FILE
    if not described.is_file():
        yield f"{codemeta.FILE}: missing; run make codemeta"
    elif described.read_text(encoding="utf-8") != codemeta.text_of(codemeta.codemeta(root)):
        yield f"{codemeta.FILE}: is not what pyproject.toml and CITATION.cff say; run make codemeta"
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    number, note = (re.findall(r"^## (\S+)(?: \((.+)\))?$", changes, re.M) or [("", "")])[0]
    if number != version:
        yield f"CHANGELOG.md: the newest entry is {number or 'missing'}; expected {version}"
    if tag and tag != f"v{version}":
        yield f"the tag is {tag}; expected v{version}"
    if tag and not _DATE.fullmatch(note):
        yield f"CHANGELOG.md: {version} is {note or 'without a date'}; write (YYYY-MM-DD)"
    if tag and not re.search(rf"^date-released: *['\"]?{_DATE.pattern}", citation, re.M):
        yield "CITATION.cff: date-released is missing; write date-released: YYYY-MM-DD"


def _faults_of_lock(root: Path) -> Iterator[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    locked: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=\S)", text):
        if match := re.match(r"([\w.-]+)==(\S+)", entry):
            locked.setdefault(canonicalize_name(match[1]), []).append(match[2])
            if "--hash=sha256:" not in entry:
                yield f"requirements.lock: {match[1]} has no hash; run make lock"
    extras = project.get("optional-dependencies", {}).values()
    for line in [*project["dependencies"], *(line for lines in extras for line in lines)]:
        need = Requirement(line)
        versions = locked.get(canonicalize_name(need.name), [])
        if not any(need.specifier.contains(version) for version in versions):
            have = ", ".join(versions) or "nothing"
            yield f"requirements.lock: {have} for {need} of pyproject.toml; run make lock"


def _faults_of_environments(root: Path) -> Iterator[str]:
    call = [sys.executable, str(root / "envs" / "generate.py"), "--check"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        lines = (done.stdout or done.stderr).strip().splitlines()
        yield f"envs: {'; '.join(lines[-3:])}; run make envs"


def faults(root: Path = ROOT, tag: str = "") -> list[str]:
    """A line for each thing that is out of step: the file, what it holds, what was expected."""
    return [
        *_faults_of_versions(root, tag),
        *_faults_of_lock(root),
        *_faults_of_environments(root),
    ]


def main() -> int:
    """Print the faults; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tag", default="", help="the release's tag, for example v1.2.3")
    lines = faults(tag=parser.parse_args().tag)
    print(*lines or [f"pdflearn {version_of(ROOT)}: all in step"], sep="\n")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
