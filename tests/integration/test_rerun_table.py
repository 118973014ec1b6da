"""docs/rerun.md says what runs again, and Snakemake itself agrees."""

import copy
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import rerun_table
import yaml


@pytest.mark.slow
def test_the_table_in_the_docs_is_what_the_workflow_does():
    done = subprocess.run(
        [sys.executable, rerun_table.__file__], capture_output=True, text=True, check=False,
        cwd=rerun_table.ROOT, env={"PYTHONPATH": "workflow", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def counts(jobs, again):
    found = Counter(jobs[name].rule for name in again)
    for rule in ("measure_snooping", "plot_snooping"):
        found.pop(rule, None)  # not part of `all`
    return dict(found)


def graph(study):
    config = yaml.safe_load((study.folder / "config" / "config.yaml").read_text())
    return rerun_table.graph(study.folder, config, study.folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("vault: 0.2", "vault: 0.3"),
        ("window:\n  - 1.5", "window:\n  - 1.6"),
        ("n_neighbors:\n      - 1\n", "n_neighbors:\n      - 2\n"),
        ("top_n: 5", "top_n: 4"),
        ("resamples: 4", "resamples: 5"),
    ],
)
def test_a_dry_run_after_a_changed_key_agrees_with_the_graph(study, old, new):
    before = graph(study)
    study.edit("config/config.yaml", old, new)
    after = graph(study)
    assert study.jobs() == counts(after, rerun_table.run_again(before, after))


def test_a_dry_run_after_changed_files_agrees_with_the_graph(study):
    before = graph(study)
    structures = study.folder / "resources" / "structures" / "fcc"
    shutil.copy(structures / "Ni_fcc.cif", structures / "<odd> & {odd}.cif")
    with open(study.folder / "resources" / "measured" / "nickel.gr", "a") as handle:
        handle.write("# more\n")
    after = graph(study)
    assert study.jobs() == counts(after, rerun_table.run_again(before, after))


@pytest.mark.parametrize("module", ["dataset/envelope", "models/cards"])
def test_a_dry_run_after_a_changed_module_agrees_with_the_graph(study, module):
    jobs = graph(study)
    imported = rerun_table.imported_modules(jobs)
    with open(study.folder / "workflow" / "pdflearn" / f"{module}.py", "a") as handle:
        handle.write("\n\nEDITED = True\n")
    first = [name for name, job in jobs.items() if module in imported.get(job.script, ())]
    assert study.jobs() == counts(jobs, rerun_table.with_dependents(jobs, first))


def test_structures_to_look_up_train_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rerun_table.lay_out(tmp_path)
    config = yaml.safe_load((rerun_table.ROOT / "config" / "config.yaml").read_text())
    before = rerun_table.graph(tmp_path, copy.deepcopy(config))
    folder = tmp_path / "resources" / "lookup"
    for name in ("two.cif", "three.cif", "four.cif"):
        shutil.copy(folder / "one.cif", folder / name)
    after = rerun_table.graph(tmp_path, copy.deepcopy(config))
    again = rerun_table.run_again(before, after)
    assert {"build_lookup", "gather_references", "identify_measured"} <= {name[0] for name in again}
    learning = {"structures", "simulate", "dataset", "learn", "inspect", "cluster"}
    assert not learning & {after[name].stage for name in again}
    assert len(again) < len(after) / 5


def test_every_module_and_script_has_a_row():
    text = rerun_table.TABLE.read_text()
    project = Path(rerun_table.ROOT) / "workflow"
    for script in (project / "scripts").glob("*.py"):
        assert f"`{script.stem}`" in text, script
    for module in (project / "pdflearn").glob("*/[!_]*.py"):
        assert f"`{rerun_table.module_name(module)}`" in text, module


def test_the_record_comes_last_and_names_the_results_of_every_other_job(study):
    jobs = graph(study)
    assert not [
        name for name, job in jobs.items() if ("write_provenance",) in job.needs and job.script
    ]
    unasked = {name for name, job in jobs.items() if not job.script or "snooping" in job.rule}
    assert set(jobs) - set(jobs["write_provenance",].needs) == unasked | {("write_provenance",)}
