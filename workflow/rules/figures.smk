# Figures: what one table or stage tells is drawn by one rule, as SVG and PNG, all in one style.
#
# Needs:  the tables of every stage before
# Leaves: results/figures/<name>.svg, .png           captions stand in workflow/report/captions
#         results/figures/confusion_<task>.csv, types_<task>.csv    every confusion of the chosen
#                                                    model, and how many of each type it found
#         results/measured/plots/<sample>.png        one a measured sample


localrules:
    draw_data,
    draw_scores,
    draw_classes,
    draw_numbers,
    draw_audit,
    draw_curves,
    draw_weights,
    draw_importance,
    draw_snooping,
    draw_clusters,
    draw_measured,
    draw_series,
    draw_samples,


rule draw_data:
    input:
        split="results/dataset/split.csv",
        leakage="results/dataset/leakage.csv",
        owners="results/structures/owners.parquet",
        patterns=expand("results/patterns/{shard}.npz", shard=study.shards),
    output:
        library=report(
            "results/figures/library.svg",
            caption="../report/captions/library.rst",
            category="What was learned from",
            labels={"figure": "Library"},
        ),
        patterns=report(
            "results/figures/patterns.svg",
            caption="../report/captions/patterns.rst",
            category="What was learned from",
            labels={"figure": "Example patterns"},
        ),
        split=report(
            "results/figures/split.svg",
            caption="../report/captions/split.rst",
            category="What was learned from",
            labels={"figure": "Split"},
        ),
        pictures=expand(
            "results/figures/{name}.png", name=["library", "patterns", "split"]
        ),
    log:
        "results/logs/draw_data.log",
    benchmark:
        "results/benchmarks/draw_data.tsv"
    conda:
        "../../envs/draw_data.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("draw_data", "simulate/grid", "split"),
    script:
        "../scripts/draw_data.py"


rule draw_scores:
    input:
        validation="results/models/{task}/validation.csv",
        chosen="results/models/{task}/chosen.yaml",
        evaluation="results/evaluation/{task}.csv",
    output:
        scores=report(
            "results/figures/scores_{task}.svg",
            caption="../report/captions/scores.rst",
            category="How well it is told",
            labels={"figure": "Scores", "task": "{task}"},
        ),
        stress=report(
            "results/figures/stress_{task}.svg",
            caption="../report/captions/stress.rst",
            category="How well it is told",
            labels={"figure": "Stress", "task": "{task}"},
        ),
        pictures=expand(
            "results/figures/{name}_{{task}}.png", name=["scores", "stress"]
        ),
    log:
        "results/logs/draw_scores/{task}.log",
    benchmark:
        "results/benchmarks/draw_scores/{task}.tsv"
    conda:
        "../../envs/draw_scores.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=lambda wildcards: study.settings(
            "draw_scores",
            f"tasks/{wildcards.task}",
            estimators=study.estimators(wildcards.task),
        ),
    script:
        "../scripts/draw_scores.py"


rule draw_classes:
    input:
        chosen="results/models/{task}/chosen.yaml",
        predictions="results/evaluation/{task}.parquet",
    output:
        confusion=report(
            "results/figures/confusion_{task}.svg",
            caption="../report/captions/confusion.rst",
            category="How well it is told",
            labels={"figure": "Confusion", "task": "{task}"},
        ),
        calibration=report(
            "results/figures/calibration_{task}.svg",
            caption="../report/captions/calibration.rst",
            category="How well it is told",
            labels={"figure": "Calibration", "task": "{task}"},
        ),
        pictures=expand(
            "results/figures/{name}_{{task}}.png", name=["confusion", "calibration"]
        ),
        table="results/figures/confusion_{task}.csv",
        types="results/figures/types_{task}.csv",
    log:
        "results/logs/draw_classes/{task}.log",
    benchmark:
        "results/benchmarks/draw_classes/{task}.tsv"
    conda:
        "../../envs/draw_classes.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("draw_classes"),
    script:
        "../scripts/draw_classes.py"


rule draw_numbers:
    input:
        chosen="results/models/{task}/chosen.yaml",
        predictions="results/evaluation/{task}.parquet",
    output:
        predicted=report(
            "results/figures/predicted_{task}.svg",
            caption="../report/captions/predicted.rst",
            category="How well it is told",
            labels={"figure": "Predicted against true", "task": "{task}"},
        ),
        picture="results/figures/predicted_{task}.png",
    log:
        "results/logs/draw_numbers/{task}.log",
    benchmark:
        "results/benchmarks/draw_numbers/{task}.tsv"
    conda:
        "../../envs/draw_numbers.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=lambda wildcards: study.settings(
            "draw_numbers", f"tasks/{wildcards.task}"
        ),
    script:
        "../scripts/draw_numbers.py"


rule draw_audit:
    input:
        splits="results/audit/splits.csv",
        learning="results/audit/learning.csv",
        novelty="results/audit/novelty.csv",
    output:
        audit=report(
            "results/figures/audit.svg",
            caption="../report/captions/audit.rst",
            category="How it learns",
            labels={"figure": "Splits, learning curve"},
        ),
        novelty=report(
            "results/figures/novelty.svg",
            caption="../report/captions/novelty.rst",
            category="How it learns",
            labels={"figure": "Types that it never saw"},
        ),
        pictures=expand("results/figures/{name}.png", name=["audit", "novelty"]),
    log:
        "results/logs/draw_audit.log",
    benchmark:
        "results/benchmarks/draw_audit.tsv"
    conda:
        "../../envs/draw_audit.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings(
            "draw_audit", metric=study.config["tasks"][study.audit["task"]]["metric"]
        ),
    script:
        "../scripts/draw_audit.py"


rule draw_curves:
    input:
        capacity="results/audit/capacity.csv",
        loss="results/audit/loss.csv",
    output:
        capacity=report(
            "results/figures/capacity.svg",
            caption="../report/captions/capacity.rst",
            category="How it learns",
            labels={"figure": "Capacity"},
        ),
        loss=report(
            "results/figures/loss.svg",
            caption="../report/captions/loss.rst",
            category="How it learns",
            labels={"figure": "Gradient descent"},
        ),
        pictures=expand("results/figures/{name}.png", name=["capacity", "loss"]),
    log:
        "results/logs/draw_curves.log",
    benchmark:
        "results/benchmarks/draw_curves.tsv"
    conda:
        "../../envs/draw_curves.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("draw_curves"),
    script:
        "../scripts/draw_curves.py"


rule draw_weights:
    input:
        model=f"results/models/{study.audit['task']}/{study.linear_model}/model.skops",
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        weights=report(
            "results/figures/weights.svg",
            caption="../report/captions/weights.rst",
            category="How it learns",
            labels={"figure": "Weights against r"},
        ),
        picture="results/figures/weights.png",
    log:
        "results/logs/draw_weights.log",
    benchmark:
        "results/benchmarks/draw_weights.tsv"
    conda:
        "../../envs/draw_weights.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings(
            "draw_weights", label=study.config["tasks"][study.audit["task"]]["label"]
        ),
    script:
        "../scripts/draw_weights.py"


rule draw_importance:
    input:
        "results/audit/importance.csv",
    output:
        importance=report(
            "results/figures/importance.svg",
            caption="../report/captions/importance.rst",
            category="How it learns",
            labels={"figure": "Importance against r"},
        ),
        picture="results/figures/importance.png",
    log:
        "results/logs/draw_importance.log",
    benchmark:
        "results/benchmarks/draw_importance.tsv"
    conda:
        "../../envs/draw_importance.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("draw_importance", model=study.audit["model"]),
    script:
        "../scripts/draw_importance.py"


rule draw_snooping:
    input:
        "results/audit/snooping.csv",
    output:
        snooping=report(
            "results/figures/snooping.svg",
            caption="../report/captions/snooping.rst",
            category="How it learns",
            labels={"figure": "Snooping"},
        ),
        picture="results/figures/snooping.png",
    log:
        "results/logs/draw_snooping.log",
    benchmark:
        "results/benchmarks/draw_snooping.tsv"
    conda:
        "../../envs/draw_snooping.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("draw_snooping"),
    script:
        "../scripts/draw_snooping.py"


rule draw_clusters:
    input:
        scores="results/clusters/scores.csv",
        numbers="results/clusters/numbers.csv",
        contents="results/clusters/contents.csv",
        assignments="results/clusters/assignments.parquet",
        shapes="results/clusters/shapes.npz",
    output:
        cluster_scores=report(
            "results/figures/cluster_scores.svg",
            caption="../report/captions/cluster_scores.rst",
            category="Clusters",
            labels={"figure": "Scores"},
        ),
        cluster_numbers=report(
            "results/figures/cluster_numbers.svg",
            caption="../report/captions/cluster_numbers.rst",
            category="Clusters",
            labels={"figure": "Number of clusters"},
        ),
        cluster_contents=report(
            "results/figures/cluster_contents.svg",
            caption="../report/captions/cluster_contents.rst",
            category="Clusters",
            labels={"figure": "What clusters hold"},
        ),
        embeddings=report(
            "results/figures/embeddings.svg",
            caption="../report/captions/embeddings.rst",
            category="Clusters",
            labels={"figure": "Maps"},
        ),
        loadings=report(
            "results/figures/loadings.svg",
            caption="../report/captions/loadings.rst",
            category="Clusters",
            labels={"figure": "Principal components"},
        ),
        dendrogram=report(
            "results/figures/dendrogram.svg",
            caption="../report/captions/dendrogram.rst",
            category="Clusters",
            labels={"figure": "Ward's tree"},
        ),
        pictures=expand(
            "results/figures/{name}.png",
            name=[
                "cluster_scores",
                "cluster_numbers",
                "cluster_contents",
                "embeddings",
                "loadings",
                "dendrogram",
            ],
        ),
    log:
        "results/logs/draw_clusters.log",
    benchmark:
        "results/benchmarks/draw_clusters.tsv"
    conda:
        "../../envs/draw_clusters.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("draw_clusters", "features", "simulate/grid"),
    script:
        "../scripts/draw_clusters.py"


rule draw_measured:
    input:
        index="results/measured/index.csv",
        patterns="results/measured/patterns.npz",
        fits="results/measured/fits.npz",
        identification="results/measured/identification.csv",
    output:
        measured=report(
            "results/figures/measured.svg",
            caption="../report/captions/measured.rst",
            category="Measured samples",
            labels={"figure": "All patterns"},
        ),
        fits=report(
            "results/figures/fits.svg",
            caption="../report/captions/fits.rst",
            category="Measured samples",
            labels={"figure": "Best fits"},
        ),
        pictures=expand("results/figures/{name}.png", name=["measured", "fits"]),
    log:
        "results/logs/draw_measured.log",
    benchmark:
        "results/benchmarks/draw_measured.tsv"
    conda:
        "../../envs/draw_measured.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("draw_measured", "simulate/grid"),
    script:
        "../scripts/draw_measured.py"


rule draw_series:
    input:
        series="results/measured/series.csv",
        changes="results/measured/series_changes.csv",
        arrays="results/measured/series.npz",
    output:
        series=report(
            "results/figures/series.svg",
            caption="../report/captions/series.rst",
            category="Measured samples",
            labels={"figure": "Series"},
        ),
        picture="results/figures/series.png",
    log:
        "results/logs/draw_series.log",
    benchmark:
        "results/benchmarks/draw_series.tsv"
    conda:
        "../../envs/draw_series.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("draw_series"),
    script:
        "../scripts/draw_series.py"


rule draw_samples:
    input:
        fits="results/measured/fits.npz",
        identification="results/measured/identification.csv",
    output:
        directory("results/measured/plots"),
    log:
        "results/logs/draw_samples.log",
    benchmark:
        "results/benchmarks/draw_samples.tsv"
    conda:
        "../../envs/draw_samples.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=30,
    params:
        settings=study.settings("draw_samples"),
    script:
        "../scripts/draw_samples.py"
