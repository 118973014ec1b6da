# Report: figures, one page that opens anywhere, and a record of what made it.
#
# Needs:  the tables of every stage before
# Leaves: results/figures/<name>.svg, .png
#         results/report.html     one self-contained file
#         results/summary.txt     the same in three lines
#         results/manifest.json   versions, settings, hashes of what went in and came out


rule figure_library:
    input:
        "results/dataset/split.csv",
    output:
        svg="results/figures/library.svg",
        png="results/figures/library.png",
    log:
        "results/logs/figure_library.log",
    benchmark:
        "results/benchmarks/figure_library.tsv"
    conda:
        "../../envs/figure_library.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("figure_library"),
    script:
        "../scripts/figure_library.py"


rule figure_patterns:
    input:
        split="results/dataset/split.csv",
        patterns=expand("results/patterns/{shard}.npz", shard=study.shards),
    output:
        svg="results/figures/patterns.svg",
        png="results/figures/patterns.png",
    log:
        "results/logs/figure_patterns.log",
    benchmark:
        "results/benchmarks/figure_patterns.tsv"
    conda:
        "../../envs/figure_patterns.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("figure_patterns", "simulate/grid"),
    script:
        "../scripts/figure_patterns.py"


rule figure_scores:
    input:
        validation="results/models/{task}/validation.csv",
        chosen="results/models/{task}/chosen.yaml",
        evaluation="results/evaluation/{task}.csv",
    output:
        svg="results/figures/scores_{task}.svg",
        png="results/figures/scores_{task}.png",
    log:
        "results/logs/figure_scores/{task}.log",
    benchmark:
        "results/benchmarks/figure_scores/{task}.tsv"
    conda:
        "../../envs/figure_scores.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=lambda wildcards: study.settings(
            "figure_scores",
            f"tasks/{wildcards.task}",
            estimators=study.estimators(wildcards.task),
        ),
    script:
        "../scripts/figure_scores.py"


rule figure_confusion:
    input:
        chosen="results/models/{task}/chosen.yaml",
        predictions=lambda wildcards: expand(
            "results/evaluation/{task}/{model}.parquet",
            task=wildcards.task,
            model=study.models_of(wildcards.task),
        ),
    output:
        svg="results/figures/confusion_{task}.svg",
        png="results/figures/confusion_{task}.png",
    log:
        "results/logs/figure_confusion/{task}.log",
    benchmark:
        "results/benchmarks/figure_confusion/{task}.tsv"
    conda:
        "../../envs/figure_confusion.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("figure_confusion"),
    script:
        "../scripts/figure_confusion.py"


rule figure_predicted:
    input:
        chosen="results/models/{task}/chosen.yaml",
        predictions=lambda wildcards: expand(
            "results/evaluation/{task}/{model}.parquet",
            task=wildcards.task,
            model=study.models_of(wildcards.task),
        ),
    output:
        svg="results/figures/predicted_{task}.svg",
        png="results/figures/predicted_{task}.png",
    log:
        "results/logs/figure_predicted/{task}.log",
    benchmark:
        "results/benchmarks/figure_predicted/{task}.tsv"
    conda:
        "../../envs/figure_predicted.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=lambda wildcards: study.settings(
            "figure_predicted", f"tasks/{wildcards.task}"
        ),
    script:
        "../scripts/figure_predicted.py"


rule figure_capacity:
    input:
        "results/audit/capacity.csv",
    output:
        svg="results/figures/capacity.svg",
        png="results/figures/capacity.png",
    log:
        "results/logs/figure_capacity.log",
    benchmark:
        "results/benchmarks/figure_capacity.tsv"
    conda:
        "../../envs/figure_capacity.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("figure_capacity"),
    script:
        "../scripts/figure_capacity.py"


rule figure_loss:
    input:
        "results/audit/loss.csv",
    output:
        svg="results/figures/loss.svg",
        png="results/figures/loss.png",
    log:
        "results/logs/figure_loss.log",
    benchmark:
        "results/benchmarks/figure_loss.tsv"
    conda:
        "../../envs/figure_loss.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("figure_loss"),
    script:
        "../scripts/figure_loss.py"


rule figure_snooping:
    input:
        "results/audit/snooping.csv",
    output:
        svg="results/figures/snooping.svg",
        png="results/figures/snooping.png",
    log:
        "results/logs/figure_snooping.log",
    benchmark:
        "results/benchmarks/figure_snooping.tsv"
    conda:
        "../../envs/figure_snooping.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("figure_snooping"),
    script:
        "../scripts/figure_snooping.py"


rule figure_audit:
    input:
        splits="results/audit/splits.csv",
        learning="results/audit/learning.csv",
    output:
        svg="results/figures/audit.svg",
        png="results/figures/audit.png",
    log:
        "results/logs/figure_audit.log",
    benchmark:
        "results/benchmarks/figure_audit.tsv"
    conda:
        "../../envs/figure_audit.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings(
            "figure_audit",
            metric=study.config["tasks"][study.audit["task"]]["metric"],
        ),
    script:
        "../scripts/figure_audit.py"


rule figure_clusters:
    input:
        scores="results/clusters/scores.csv",
        assignments="results/clusters/assignments.parquet",
    output:
        svg="results/figures/clusters.svg",
        png="results/figures/clusters.png",
    log:
        "results/logs/figure_clusters.log",
    benchmark:
        "results/benchmarks/figure_clusters.tsv"
    conda:
        "../../envs/figure_clusters.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("figure_clusters", "cluster/features"),
    script:
        "../scripts/figure_clusters.py"


rule figure_measured:
    input:
        index="results/measured/index.csv",
        patterns="results/measured/patterns.npz",
        identification="results/measured/identification.csv",
    output:
        svg="results/figures/measured.svg",
        png="results/figures/measured.png",
    log:
        "results/logs/figure_measured.log",
    benchmark:
        "results/benchmarks/figure_measured.tsv"
    conda:
        "../../envs/figure_measured.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("figure_measured", "simulate/grid"),
    script:
        "../scripts/figure_measured.py"


rule figure_fits:
    input:
        index="results/measured/index.csv",
        fits="results/measured/fits.npz",
        identification="results/measured/identification.csv",
    output:
        svg="results/figures/fits.svg",
        png="results/figures/fits.png",
    log:
        "results/logs/figure_fits.log",
    benchmark:
        "results/benchmarks/figure_fits.tsv"
    conda:
        "../../envs/figure_fits.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("figure_fits"),
    script:
        "../scripts/figure_fits.py"


rule report:
    input:
        template="workflow/report/report.html.j2",
        split="results/dataset/split.csv",
        rejected="results/structures/rejected.csv",
        leakage="results/dataset/leakage.csv",
        refused=expand("results/patterns/{shard}_refused.csv", shard=study.shards),
        validation=expand("results/models/{task}/validation.csv", task=study.tasks),
        chosen=expand("results/models/{task}/chosen.yaml", task=study.tasks),
        evaluation=expand("results/evaluation/{task}.csv", task=study.tasks),
        clusters="results/clusters/scores.csv",
        contents="results/clusters/contents.csv",
        fetched="results/measured/fetched.csv",
        measured="results/measured/index.csv",
        unreadable="results/measured/unreadable.csv",
        identification="results/measured/identification.csv",
        figures=expand(
            "results/figures/{name}.svg",
            name=[
                "library",
                "patterns",
                *expand("scores_{task}", task=study.tasks),
                *expand("confusion_{task}", task=study.tasks_of("classification")),
                *expand("predicted_{task}", task=study.tasks_of("regression")),
                "audit",
                "capacity",
                "loss",
                "clusters",
                "measured",
            ],
        ),
    output:
        report="results/report.html",
        summary="results/summary.txt",
    log:
        "results/logs/report.log",
    benchmark:
        "results/benchmarks/report.tsv"
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings(
            "report",
            *config,
            models_of=[[task, study.models_of(task)] for task in study.tasks],
        ),
    script:
        "../scripts/report.py"


rule record:
    input:
        report="results/report.html",
        lock="requirements.lock",
        structures=study.all_structure_files(),
        library=study.library_tables(),
        measured=study.measured_files(),
    output:
        "results/manifest.json",
    log:
        "results/logs/record.log",
    benchmark:
        "results/benchmarks/record.tsv"
    conda:
        "../../envs/record.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("record", *config),
    script:
        "../scripts/record.py"
