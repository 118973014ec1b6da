"""`make release-check` names what is out of step, and nothing is."""

import json
import re
import shutil
import sys
from pathlib import Path
from unittest import mock

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
with mock.patch.object(sys, "path", [str(ROOT / ".ci"), *sys.path]):
    import codemeta
    import release_check


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The files that the check reads, but not the environments."""
    monkeypatch.setattr(release_check, "_faults_of_environments", lambda root: ())
    for name in (
        "pyproject.toml",
        "CITATION.cff",
        "codemeta.json",
        "CHANGELOG.md",
        "requirements.lock",
    ):
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
    assert named == ["CITATION.cff", "codemeta.json", "CHANGELOG.md"]


def test_a_release_has_dates_and_its_own_tag(project):
    version = release_check.version_of(project)
    edit(project / "CHANGELOG.md", r"^## \S+.*$", f"## {version} (unreleased)")
    lines = release_check.faults(project, tag="v9.8.7")
    assert [line for line in lines if "tag is v9.8.7" in line]
    assert [line for line in lines if f"CHANGELOG.md: {version} is unreleased" in line]
    edit(project / "CHANGELOG.md", r"^## \S+.*$", f"## {version} (2026-01-02)")
    with open(project / "CITATION.cff", "a") as file:
        file.write("date-released: 2026-01-02\n")
    (project / "codemeta.json").write_text(codemeta.text_of(codemeta.codemeta(project)))
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


@pytest.fixture(scope="module")
def citation_schema():
    """The schema of the Citation File Format 1.2.0; tests/data/citation says where it is from."""
    schema = ROOT / "tests" / "data" / "citation" / "cff-1.2.0.schema.json"
    return jsonschema.Draft7Validator(json.loads(schema.read_text()))


def citation():
    # As JSON has no dates, those of YAML are read as text; this loader makes nothing but text.
    return yaml.load((ROOT / "CITATION.cff").read_text(), Loader=yaml.BaseLoader)  # noqa: S506


def test_the_citation_has_its_format(citation_schema):
    assert [error.message for error in citation_schema.iter_errors(citation())] == []


@pytest.mark.parametrize(
    "fault", [{"license": "BSD"}, {"date-released": "2 May"}, {"titel": "x"}, {"authors": []}]
)
def test_a_wrong_citation_is_seen(citation_schema, fault):
    assert list(citation_schema.iter_errors(citation() | fault))


def test_codemeta_says_what_the_project_says():
    described = json.loads((ROOT / "codemeta.json").read_text())
    assert described["@context"] == "https://w3id.org/codemeta/3.0"
    assert described["license"] == "https://spdx.org/licenses/BSD-3-Clause"
    assert described["author"] == [{"@type": "Organization", "name": "The pdflearn developers"}]
    names = {need["name"] for need in described["softwareRequirements"]}
    assert {"numpy", "scipy", "snakemake"} <= names
    assert described["version"] == release_check.version_of(ROOT)


@pytest.mark.parametrize(
    ("name", "old"), [("CITATION.cff", "^title: pdflearn"), ("pyproject.toml", "BSD-3-Clause")]
)
def test_codemeta_out_of_step_is_named(project, name, old):
    edit(project / name, old, lambda match: f"{match[0]}2")
    expected = "codemeta.json: is not what"
    assert [line for line in release_check.faults(project) if line.startswith(expected)]
