# pdflearn simulates pair distribution functions (PDFs) from structure files, learns from them, and
# identifies measured ones. Each stage has its file in workflow/rules; the settings are in
# config/config.yaml.
import sys

from snakemake.utils import min_version

min_version("9.27")

sys.path.insert(0, f"{workflow.basedir}/workflow")

from pdflearn.study import priorities, timestamps
from pdflearn.core.provenance import result_name
from pdflearn.study.study import Study, put_package_on_path

# Where pandas is installed, Snakemake imports it for half a second to ask whether a parameter is one of
# its tables. No parameter here is. The scripts of the rules run in processes of their own.
sys.modules.setdefault("pandas", None)

put_package_on_path()
if workflow.is_main_process:
    timestamps.check()


configfile: f"{workflow.basedir}/config/config.yaml"


study = Study(config, workflow.basedir)


wildcard_constraints:
    shard=r"\d{3}",
    batch=r"\d{3}",
    task="|".join(study.trained_tasks),
    model="|".join(study.models),
    subset="development|vault",


# On a cluster these run on the machine that Snakemake runs on. They take seconds, less than it costs
# to start a job, and compute nodes often have no internet. The same holds for the figures.
localrules:
    all,
    fetch_measured,
    gather_structures,
    gather_references,
    select_model,
    report,
    write_identify_page,
    write_provenance,


rule all:
    default_target: True
    input:
        "results/report.html",
        "results/identify.html",
        "results/provenance.json",


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
include: "workflow/rules/report.smk"
