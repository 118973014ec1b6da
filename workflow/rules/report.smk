# Report: one page that opens anywhere, and a record of the run.
#
# Needs:  the tables of every stage before, results/figures/*
# Leaves: results/report.html      one self-contained file
#         results/summary.txt      the same in three lines
#         results/identify.html    identifies measured files in a browser, for those without Python
#         results/provenance.json  versions, settings, hashes of all inputs and results


# In the order that they run in.
REPORT_PROGRAMS = (
    "vendor/uplot/uPlot.iife.min.js",
    "tables.js",
    "folds.js",
    "curves.js",
    "viewer.js",
)


rule report:
    input:
        template=local(study.project_file("workflow/report/report.html.j2")),
        viewer=local(study.project_file("workflow/report/viewer.html.j2")),
        programs=[
            local(study.project_file(f"workflow/report/{name}"))
            for name in REPORT_PROGRAMS
        ],
        plot_style=local(
            study.project_file("workflow/report/vendor/uplot/uPlot.min.css")
        ),
        captions=[
            local(study.project_file(f"workflow/report/captions/{name}.rst"))
            for name in study.captions
        ],
        lock=local(study.project_file("requirements.lock")),
        split="results/dataset/split.csv",
        rejected="results/structures/rejected.csv",
        leakage="results/dataset/leakage.csv",
        rejected_patterns=expand(
            "results/patterns/{shard}_rejected.csv", shard=study.shards
        ),
        validation=expand("results/models/{task}/validation.csv", task=study.tasks),
        selected=expand("results/models/{task}/selected.yaml", task=study.tasks),
        evaluation=expand("results/evaluation/{task}.csv", task=study.tasks),
        confusions=expand(
            "results/figures/confusion_{task}.csv",
            task=study.tasks_of_type("classification"),
        ),
        types=expand(
            "results/figures/types_{task}.csv",
            task=study.tasks_of_type("classification"),
        ),
        pairs=expand(
            "results/inspection/{task}_pairs.csv",
            task=study.tasks_of_type("classification"),
        ),
        merged=expand(
            "results/inspection/{task}_merged.csv",
            task=study.tasks_of_type("classification"),
        ),
        clusters="results/clusters/scores.csv",
        contents="results/clusters/contents.csv",
        cluster_types="results/clusters/types.csv",
        fetched="results/measured/fetched.csv",
        measured="results/measured/index.csv",
        rejected_measured="results/measured/rejected.csv",
        identification="results/measured/identification.csv",
        fits="results/measured/fits.npz",
        plots="results/measured/plots",
        scores="results/measured/scores.csv",
        scores_summary="results/measured/scores_summary.csv",
        series="results/measured/series.csv",
        changes="results/measured/series_changes.csv",
        series_models="results/measured/series_models.csv",
        series_fits="results/measured/series_fits.csv",
        parameters="results/measured/parameters.csv",
        calibrants="results/measured/calibrants.csv",
        boxcar="results/measured/boxcar.csv",
        together="results/measured/together.csv",
        figures=expand("results/figures/{name}.svg", name=study.figures),
    output:
        report="results/report.html",
        summary="results/summary.txt",
    log:
        "results/logs/report.log",
    benchmark:
        "results/benchmarks/report.tsv"
    localrule: True
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=10,
    params:
        settings=study.settings(
            "report",
            *config,
            models_of=[[task, study.models_of(task)] for task in study.tasks],
        ),
    message:
        "Writing the report, results/report.html"
    script:
        "../scripts/report.py"


rule write_identify_page:
    input:
        template=local(study.project_file("workflow/report/identify.html.j2")),
        script=local(study.project_file("workflow/report/identify.js")),
        citation=local(study.project_file("CITATION.cff")),
        models=expand(
            "results/models/{task}/{model}/model.skops",
            task=study.config["measured"]["task"],
            model=study.candidates(study.config["measured"]["task"]),
        ),
        validation=f"results/models/{study.config['measured']['task']}/validation.csv",
        selected=f"results/models/{study.config['measured']['task']}/selected.yaml",
        table=rules.gather_references.output.table,
        xray=rules.gather_references.output.xray,
        neutron=rules.gather_references.output.neutron,
        types=rules.gather_references.output.types,
    output:
        "results/identify.html",
    log:
        "results/logs/write_identify_page.log",
    benchmark:
        "results/benchmarks/write_identify_page.tsv"
    localrule: True
    conda:
        "../../envs/write_identify_page.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=10,
    params:
        settings=study.settings(
            "write_identify_page",
            "simulate/grid",
            models={
                name: study.config["models"][name]
                for name in study.candidates(study.config["measured"]["task"])
            },
        ),
    message:
        "Writing the page that identifies in a browser, results/identify.html"
    script:
        "../scripts/write_identify_page.py"


# The rules of this workflow alone, where another one uses it, by the names that they have here; and
# their outputs without the prefix of the other workflow.
outputs_by_rule = study.outputs_by_rule(
    {
        os.path.splitext(os.path.basename(rule.script))[0]: [
            result_name(str(file).removeprefix(placed("results/")[: -len("results/")]))
            for file in rule.output
        ]
        for rule in workflow.rules
        if rule in workflow.modifier.rules and rule.script
    }
)


rule write_provenance:
    input:
        report="results/report.html",
        lock=local(study.project_file("requirements.lock")),
        project=local(study.project_inputs()),
        structures=local(study.structures.all_files()),
        library=local(study.library_tables()),
        measured=local(study.measured.all_files()),
        lookup=local(study.lookup.all_files()),
        # Solutions stay in the project's folder, see identify_measured.
        results=[
            local(placed(file)) if file.endswith("_solutions.json") else file
            for files in outputs_by_rule.values()
            for file in files
        ],
    output:
        "results/provenance.json",
    log:
        "results/logs/write_provenance.log",
    benchmark:
        "results/benchmarks/write_provenance.tsv"
    localrule: True
    conda:
        "../../envs/write_provenance.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=10,
    params:
        settings=study.settings(
            "write_provenance",
            *config,
            outputs=outputs_by_rule,
            codes=study.code_hashes(outputs_by_rule),
            untracked=study.untracked_inputs(),
        ),
    message:
        "Recording versions, settings and hashes in results/provenance.json"
    script:
        "../scripts/write_provenance.py"
