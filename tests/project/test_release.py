"""`make release-check` names what is out of step, and nothing is."""

import importlib.util
import re
import shutil
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("release_check", ROOT / ".ci" / "release_check.py")
release_check = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(release_check)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The files that the check reads, but not the environments."""
    monkeypatch.setattr(release_check, "_faults_of_environments", lambda root: ())
    for name in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    package = tmp_path / "workflow" / "pdflearn"
    package.mkdir(parents=True)
    shutil.copy(ROOT / "workflow" / "pdflearn" / "__init__.py", package)
    return tmp_path


def edit(path, pattern, new):
    text, count = re.subn(pattern, new, path.read_text(), count=1, flags=re.M)
    assert count == 1
    path.write_text(text)


def test_all_is_in_step():
    assert release_check.faults() == []


def test_another_version_is_out_of_step_everywhere(project):
    edit(project / "workflow/pdflearn/__init__.py", '^__version__ = ".*"$', '__version__ = "9.8.7"')
    named = [line.split(":")[0] for line in release_check.faults(project)]
    assert named == ["CITATION.cff", "CHANGELOG.md"]


def test_a_release_has_dates_and_its_own_tag(project):
    version = release_check.version_of(project)
    edit(project / "CHANGELOG.md", r"^## \S+.*$", f"## {version} (unreleased)")
    lines = release_check.faults(project, tag="v9.8.7")
    assert [line for line in lines if "tag is v9.8.7" in line]
    assert [line for line in lines if f"CHANGELOG.md: {version} is unreleased" in line]
    edit(project / "CHANGELOG.md", r"^## \S+.*$", f"## {version} (2026-01-02)")
    with open(project / "CITATION.cff", "a") as file:
        file.write("date-released: 2026-01-02\n")
    assert release_check.faults(project, tag=f"v{version}") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (r"^numpy==\S+", "numpy==1.0", "1.0 for numpy>=2.1"),
        (r"^numpy==(.|\n)*?(?=^\S)", "", "nothing for numpy>=2.1"),
        (r"^(rich==[^\\\n]*\\\n)(    .*\n)+", r"\1", "rich has no hash"),
    ],
)
def test_a_lock_out_of_step_is_named(project, old, new, expected):
    edit(project / "requirements.lock", old, new)
    assert [line for line in release_check.faults(project) if expected in line]


def test_continuous_integration_runs_what_is_here():
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    jobs = yaml.safe_load(text)["jobs"]
    runs = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert set(jobs) == {"linux", "macos", "windows", "release"}
    words = " ".join(runs).split()
    files = [word for word in words if word.startswith(("tests/", ".ci/"))]
    assert len(files) > 3
    assert [name for name in files if not (ROOT / name).exists()] == []
    targets = {after for word, after in zip(words, words[1:], strict=False) if word == "make"}
    makefile = (ROOT / "Makefile").read_text().replace("$(DEV_READY):", ".venv/.ready-dev:")
    assert {name for name in targets if not re.search(rf"^{name}:", makefile, re.M)} == set()
