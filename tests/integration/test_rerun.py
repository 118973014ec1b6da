"""What runs again after a change, counted in jobs, and what must run nothing."""

import csv
import os
import re
import shutil
import subprocess
import time

AFTER_FITS = {
    "gather_measured": 1, "score_measured": 1, "plot_measured": 1, "plot_fits": 1,
}  # fmt: skip
IDENTIFICATION = {"identify_measured": 2, **AFTER_FITS}
ONE_BATCH = {
    "read_measured": 1, "identify_measured": 1, **AFTER_FITS,
}  # fmt: skip
SERIES = {"analyse_series": 1, "plot_series": 1}
# Series are refined with the structures of the first answers.
REFINED = {"refine_series": 1, "refine_together": 1}
CLUSTERS = {"cluster_patterns": 1, "plot_clusters": 1}
REPORT = {"report": 1, "write_provenance": 1}
PAGE = {"write_identify_page": 1}
MODEL = {"train_model": 1}
AFTER_MODELS = {
    "select_model": 1, "evaluate": 1, "plot_classification": 1, "plot_weights": 1,
    "confusable_types": 1,
}  # fmt: skip


def test_second_run_does_nothing(study):
    assert study.jobs() == {}
    for cores in ("1", "2", "7"):
        assert "Nothing to be done" in study.snakemake("--cores", cores).stderr


def test_one_models_key_runs_that_model_and_what_follows_from_the_choice(study):
    study.edit("config/config.yaml", "max_epochs: 5", "max_epochs: 6")
    assert study.jobs() == {
        **MODEL, **AFTER_MODELS, **IDENTIFICATION, **REFINED, "plot_series": 1, **PAGE, **REPORT,
    }  # fmt: skip


def test_one_more_structure_runs_one_shard_and_what_follows(study):
    folder = study.folder / "resources" / "structures" / "fcc"
    text = (folder / "Ni_fcc.cif").read_text()
    (folder / "another.cif").write_text(text.replace("3.52", "3.58"))
    jobs = study.jobs()
    assert jobs["read_structures"] == 1
    assert jobs["simulate"] == 1
    assert jobs["assemble"] == 2
    assert (jobs["train_model"], jobs["train_controls"], jobs["average_models"]) == (6, 3, 1)
    assert not {"fetch_measured", "read_measured"} & set(jobs)


def test_a_structure_to_look_up_runs_identification_alone(study):
    folder = study.folder / "resources" / "lookup"
    folder.mkdir(exist_ok=True)
    shutil.copy(study.folder / "resources" / "structures" / "fcc" / "Ni_fcc.cif", folder / "Ni.cif")
    (folder / "broken.cif").write_text("data_broken")
    assert study.jobs() == {
        "build_lookup": 1, "gather_references": 1, **IDENTIFICATION, **REFINED, "plot_series": 1,
        **PAGE, **REPORT,
    }  # fmt: skip
    study.snakemake("--until", "gather_measured")
    results = study.folder / "results" / "measured"
    (first, *_) = csv.DictReader((results / "identification.csv").open())
    assert (first["structure_file"], first["structure_type"]) == ("Ni.cif", "fcc")
    assert "resources/lookup/broken.cif" in (results / "rejected.csv").read_text()


def test_an_edited_module_runs_only_what_imports_it(study):
    package = study.folder / "workflow" / "pdflearn" / "clustering"
    with open(package / "algorithms.py", "r+") as module:
        module.seek(0, 2)
        module.write("\n\nEDITED = True\n")
    assert study.jobs() == {**CLUSTERS, **SERIES, **REPORT}


def test_an_edited_script_runs_its_rule(study):
    with open(study.folder / "workflow" / "scripts" / "plot_dataset.py", "a") as script:
        script.write("\n# more\n")
    assert study.jobs() == {"plot_dataset": 1, "report": 1, "write_provenance": 1}


def test_a_new_measured_file_runs_its_batch_alone(study):
    folder = study.folder / "resources" / "measured"
    shutil.copy(folder / "nickel.gr", folder / "second.gr")
    assert study.jobs() == {**ONE_BATCH, **REFINED, **SERIES, **REPORT}
    (folder / "samples.csv").write_text("file,radiation\nsecond.gr,xray\nthird.gr,xray\n")
    others = study.jobs()  # a new table has a new first line, which every batch reads
    assert others["read_measured"] == 2
    study.snakemake("--until", "read_measured")
    (folder / "samples.csv").write_text("file,radiation\nsecond.gr,neutron\nthird.gr,xray\n")
    assert study.jobs()["read_measured"] == 1


def test_a_removed_structure_leaves_nothing_of_itself(study):
    (study.folder / "resources" / "structures" / "fcc" / "Ni_fcc.cif").unlink()
    jobs = study.jobs()
    assert (jobs["read_structures"], jobs["simulate"]) == (1, 1)


def test_comments_touches_and_the_order_of_keys_run_nothing(study):
    config = study.folder / "config" / "config.yaml"
    lines = config.read_text().splitlines(keepends=True)
    assert lines[0].startswith("seed:")
    config.write_text("# a remark\n" + "".join(lines[1:]) + lines[0])
    later = time.time() + 5
    for path in study.folder.rglob("*"):
        relative = path.relative_to(study.folder)
        if path.is_file() and relative.parts[0] not in ("results", ".snakemake"):
            os.utime(path, (later, later))
    assert study.jobs() == {}


def test_a_fresh_clone_over_old_results_runs_nothing(study, tmp_path):
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "state"]):
        subprocess.run([*git, *words], cwd=study.folder, check=True)
    clone = tmp_path / "clone"
    time.sleep(1.1)  # so that every file of the clone is newer than the results
    subprocess.run(["git", "clone", "-q", study.folder, clone], check=True)
    shutil.rmtree(clone / "results")
    for name in ("results", ".snakemake"):
        shutil.copytree(study.folder / name, clone / name)
    assert type(study)(clone).jobs() == {}


BATCH = "results/measured/batches/001_{}"


def refinements(study):
    """How many fits the last run of a batch asked for, and how many of them were computed."""
    log = (study.folder / "results" / "logs" / "identify_measured" / "001.log").read_text()
    fits, new = re.search(r"(\d+) refinements, (\d+) of them new", log).groups()
    return int(fits), int(new)


def test_only_fits_that_nobody_asked_for_before_are_computed(study):
    answers, solutions = (BATCH.format(n) for n in ("identification.parquet", "solutions.json"))
    fits, new = refinements(study)
    assert fits == new > 0
    expected = [(study.folder / file).read_bytes() for file in (answers, solutions)]
    study.edit("config/config.yaml", "max_epochs: 5", "max_epochs: 6")
    study.snakemake(answers)
    assert refinements(study) == (fits, 0)
    assert [(study.folder / file).read_bytes() for file in (answers, solutions)] == expected
    study.edit(
        "workflow/pdflearn/refinement/parameter.py",
        "Q_DAMP_LIMITS = (0.0, 0.08)",
        "Q_DAMP_LIMITS = (0.0, 0.09)",
    )
    study.snakemake(answers)
    fits, new = refinements(study)
    assert fits == new > 0


def test_a_job_that_fails_or_is_killed_leaves_the_fits_of_the_run_before(study):
    answers, solutions = (BATCH.format(n) for n in ("identification.parquet", "solutions.json"))
    script = "workflow/scripts/identify_measured.py"
    last = "    solutions.save(solutions_file, origin)\n"
    fits, _ = refinements(study)
    expected = (study.folder / answers).read_bytes(), (study.folder / solutions).read_bytes()
    for fault in ("raise RuntimeError", "import os; os.kill(os.getpid(), 9)"):
        study.edit(script, last, f"    {fault}\n{last}")
        failed = study.snakemake(answers, check=False)
        assert failed.returncode != 0
        assert ": Identifying measured PDFs, batch 001 (after " in failed.stderr
        assert "  Log: results/logs/identify_measured/001.log" in failed.stderr
        assert max(map(len, failed.stderr.splitlines())) < 200
        assert (study.folder / solutions).read_bytes() == expected[1]
        study.edit(script, f"    {fault}\n{last}", last)
        study.snakemake(answers)
        assert refinements(study) == (fits, 0)
        assert (study.folder / answers).read_bytes() == expected[0]
    (study.folder / solutions).write_text("damaged")  # Snakemake makes what it misses anew
    done = study.snakemake("--forcerun", "identify_measured", "--until", "identify_measured")
    assert re.search(r"^[\d:]+  nickel.gr: fcc, accepted, Rw 0.\d\d$", done.stderr, re.MULTILINE)
    assert refinements(study) == (fits, fits)
    assert (study.folder / solutions).read_bytes() == expected[1]
