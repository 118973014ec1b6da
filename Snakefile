# pdflearn simulates pair distribution functions (PDFs) from structure files, learns from them, and
# identifies measured ones. Each stage has its file in workflow/rules; the settings are in
# config/config.yaml.
import gc
import os
import shlex
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version, update_config

min_version("9.27")

# The folder of this file, also where another workflow uses it as a module (docs/modules.md).
PROJECT = str(workflow.current_basedir.path)
if not os.path.isdir(PROJECT):
    raise WorkflowError(
        f"pdflearn: {PROJECT} is no folder on this machine. Its rules import the package beside them; "
        "clone the repository (or add it as a git submodule), and give the path of its Snakefile."
    )
sys.path.insert(0, f"{PROJECT}/workflow")

from pdflearn.study import priorities, rounds, timestamps
from pdflearn.core.provenance import result_name
from pdflearn.study.config import read_config
from pdflearn.study.study import Study, put_package_on_path

# What Snakemake has imported stays. Python's collector need not look through it again and again while the
# graph is built: half a second of each start. Once, since what loads graph after graph leaves some behind.
COLLECTED = (50_000, 10, 10)
if gc.get_threshold() != COLLECTED:
    gc.freeze()
    gc.set_threshold(*COLLECTED)

IS_MODULE = not workflow.modifier.is_main_snakefile()

# Where pandas is installed, Snakemake imports it for half a second to ask whether a parameter is one of
# its tables. No parameter here is. The scripts of the rules run in processes of their own. A workflow
# that uses this one may import pandas itself.
if not IS_MODULE:
    sys.modules.setdefault("pandas", None)

# Where a result lies: below `prefix:` of a module statement. For paths in Python, which get none.
placed = workflow.modifier.path_modifier.replace_prefix

# Snakemake puts the path of Python unquoted into the command lines of its jobs and scripts, so in a
# folder whose name holds a space none would start.
if shlex.quote(sys.executable) != sys.executable and os.path.exists(sys.executable):
    sys.executable = shlex.quote(sys.executable)

put_package_on_path()
if workflow.is_main_process:
    timestamps.check(Path(placed("results")))
    rounds.one_at_a_time()


configfile: f"{PROJECT}/config/config.yaml"


# A module statement's `config:` takes the place of that file; its keys change the defaults here.
if IS_MODULE:
    given, config = config, read_config(f"{PROJECT}/config/config.yaml")
    update_config(config, given)

study = Study(config, PROJECT)


wildcard_constraints:
    shard=r"\d{3}",
    batch=r"\d{3}",
    task="|".join(study.trained_tasks),
    model="|".join(study.models),
    subset="development|vault",


# On a cluster rules with `localrule` run on the machine that Snakemake runs on. They take seconds, less
# than it costs to start a job, and compute nodes often have no internet.
rule all:
    input:
        "results/report.html",
        "results/identify.html",
        "results/provenance.json",
    localrule: True


include: "workflow/rules/structures.smk"
include: "workflow/rules/simulate.smk"
include: "workflow/rules/dataset.smk"
include: "workflow/rules/learn.smk"
include: "workflow/rules/inspect.smk"
include: "workflow/rules/cluster.smk"
include: "workflow/rules/refine.smk"
include: "workflow/rules/measured.smk"
include: "workflow/rules/series.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/measured_figures.smk"
include: "workflow/rules/report.smk"


# What is asked for by `minerals` alone, with config/minerals.yaml.
if "minerals" in study.config:

    include: "workflow/rules/minerals.smk"
