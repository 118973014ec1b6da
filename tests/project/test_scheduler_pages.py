"""Pages on schedulers that are not at hand: do their scripts say what Snakemake asks for?

The schedulers' commands are stand-ins here.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

PAGES = Path(__file__).resolve().parents[2] / "docs" / "schedulers"


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", (PAGES / page).read_text(), re.S)


def run(folder, script, commands, *words):
    """What a page's script prints where commands do what is said."""
    for name, body in {"sleep": "", **commands}.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    (folder / "script").write_text(script)
    done = subprocess.run(
        ["sh", str(folder / "script"), *words], capture_output=True, text=True,
        check=True, env={"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
    )  # fmt: skip
    return done.stdout.strip()


def ended(field, value):
    return f"printf 'Job Id: 7.host\\n    job_state = F\\n    {field} = {value}\\n'"


@pytest.mark.parametrize(
    ("page", "commands", "word"),
    [
        ("sge.md", {"qstat": "echo job_number: 7", "qacct": "exit 1"}, "running"),
        ("sge.md", {"qstat": "exit 1", "qacct": "echo 'exit_status  0  '"}, "success"),
        ("sge.md", {"qstat": "exit 1", "qacct": "echo 'exit_status  137'"}, "failed"),
        ("sge.md", {"qstat": "exit 1", "qacct": "exit 1"}, "failed"),
        ("pbs.md", {"qstat": "printf 'Job Id: 7\\n    job_state = R\\n'"}, "running"),
        ("pbs.md", {"qstat": "printf 'Job Id: 7\\n    job_state = Q\\n'"}, "running"),
        ("pbs.md", {"qstat": ended("Exit_status", 0)}, "success"),
        ("pbs.md", {"qstat": ended("exit_status", 0)}, "success"),  # Torque
        ("pbs.md", {"qstat": ended("Exit_status", 271)}, "failed"),
        ("pbs.md", {"qstat": "exit 153"}, "failed"),
        ("lsf.md", {"bjobs": "echo 'RUN  '"}, "running"),
        ("lsf.md", {"bjobs": "echo USUSP"}, "running"),
        ("lsf.md", {"bjobs": "echo DONE"}, "success"),
        ("lsf.md", {"bjobs": "echo EXIT"}, "failed"),
        ("lsf.md", {"bjobs": "exit 255"}, "failed"),
    ],
)
def test_states_come_as_snakemakes_words(tmp_path, page, commands, word):
    assert run(tmp_path, blocks(page, "sh")[-1], commands, "7") == word


def test_lsf_gives_the_jobs_number_alone(tmp_path):
    job = tmp_path / "job.sh"
    job.write_text("echo in the job\n")
    submit = 'grep -q "in the job" && echo "Job <71> is submitted to queue <normal>."'
    assert (
        run(tmp_path, blocks("lsf.md", "sh")[0], {"bsub": submit}, "1", "2000", "60", job) == "71"
    )


@pytest.mark.parametrize("page", sorted(path.name for path in PAGES.glob("*.md")))
def test_settings_fit_into_the_profile(page):
    (text,) = blocks(page, "yaml")
    own = yaml.safe_load(text)
    profile = yaml.safe_load(
        (PAGES.parents[1] / "profiles" / "cluster-generic" / "config.yaml").read_text()
    )
    assert set(own) <= set(profile)
    command = own["cluster-generic-submit-cmd"]
    assert set(re.findall(r"{(.+?)}", command)) == {
        "threads", "resources.mem_mb", "resources.runtime",
    }  # fmt: skip
