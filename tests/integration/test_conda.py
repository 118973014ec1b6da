"""`snakemake --sdm conda` creates the rules' environments, and they give the same bytes."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from conda_channel import NoChannel, set_up
from small_study import ROOT
from test_environments import UV, constraints, requirements

# Two rules of the same environment and one of another, with what each makes.
RULES = ["split", "assemble", "select_model"]
MADE = [
    "results/dataset/split.csv",
    "results/dataset/leakage.csv",
    "results/dataset/development/patterns.npy",
    "results/dataset/development/index.parquet",
    "results/models/structure_type/selected.yaml",
]


@pytest.fixture
def conda(tmp_path: Path) -> Path:
    """The folder of a `conda` whose channel holds what the rules' environments ask for."""
    asked = {
        pin for rule in RULES for pin in requirements((ROOT / f"envs/{rule}.yaml").read_text())
    }
    compile = [UV, "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
    done = subprocess.run(
        [*compile, "--constraint", constraints(tmp_path), "-"],
        input="\n".join(asked), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"PyPI cannot be reached: {done.stderr.strip()[-200:]}")
    try:
        return set_up(tmp_path / "conda", done.stdout.split(), UV)
    except NoChannel as error:
        pytest.skip(f"no tools for a conda channel: {error}")


@pytest.mark.slow
def test_environments_are_created_and_give_the_same_bytes(study, conda, monkeypatch):
    monkeypatch.setenv("VERBOSE", "1")
    monkeypatch.setenv("PATH", f"{conda}{os.pathsep}{os.environ['PATH']}")
    before = {file: (study.folder / file).read_bytes() for file in MADE}
    for file in MADE:
        (study.folder / file).unlink()
    done = study.snakemake("--sdm", "conda", "--allowed-rules", *RULES, "--", *MADE)
    said = done.stdout + done.stderr
    assert re.findall(r"\(Rule: (\w+)\)", said).count("split") == 1
    assert {file: (study.folder / file).read_bytes() for file in MADE} == before

    # assemble and select_model ask for the same: created once.
    made = sorted((study.folder / ".snakemake" / "conda").glob("*/conda-meta"))
    assert len({(ROOT / f"envs/{rule}.yaml").read_text() for rule in RULES}) == 2
    assert len(made) == said.count("Creating conda environment") == 2
    for environment in (path.parent for path in made):
        # Versions are those asked for, and a job's Python has compiled what it imported.
        asked = yaml.safe_load(environment.with_suffix(".yaml").read_text())["dependencies"]
        held = {path.name.rsplit("-", 2)[0] for path in (environment / "conda-meta").glob("*.json")}
        assert {line.split()[0] for line in asked} <= held
        assert list(environment.glob("lib/python*/site-packages/pandas/__pycache__"))
