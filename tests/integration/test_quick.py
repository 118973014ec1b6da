"""`make quick`: the default study made small, with nothing of its chain left out."""

import copy

import pytest
import rerun_table
import yaml
from snakemake.utils import update_config

from pdflearn.measured.fetch import read_public_table

DEFAULT = yaml.safe_load((rerun_table.ROOT / "config" / "config.yaml").read_text())
QUICK = yaml.safe_load((rerun_table.ROOT / "config" / "quick.yaml").read_text())


def merged():
    config = copy.deepcopy(DEFAULT)
    update_config(config, copy.deepcopy(QUICK))
    return config


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where `make quick` runs its study: two folders below the project's."""
    rerun_table.lay_out(tmp_path)
    folder = tmp_path / "studies" / "quick"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_it_runs_every_rule_of_the_default_study_in_fewer_jobs(folder):
    quick = rerun_table.graph(folder, merged())
    default = rerun_table.graph(folder, copy.deepcopy(DEFAULT))
    assert {job.rule for job in quick.values()} == {job.rule for job in default.values()}
    assert len(quick) < 0.6 * len(default)


def test_the_users_own_files_are_part_of_it(folder):
    jobs = rerun_table.graph(folder, merged())
    inputs = {file for job in jobs.values() for file in job.inputs}
    assert "../../resources/measured/one.gr" in inputs
    assert "../../resources/structures/fcc/one.cif" in inputs


def test_it_knows_thirty_types_and_only_models_of_the_default_study():
    config = merged()
    assert len(set(config["structures"]["types"])) == 30
    assert set(QUICK["models"]) <= set(DEFAULT["models"])


def test_the_public_files_that_it_fetches_are_in_the_table():
    table = read_public_table(rerun_table.ROOT / "resources" / "measured" / "public.csv")
    assert set(QUICK["measured"]["fetch_public"]) <= {row["file"] for row in table}
