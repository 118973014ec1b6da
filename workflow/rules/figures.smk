# Figures: each drawn by a rule and a script of its own, as SVG and PNG, all in one style.
#
# Needs:  the tables of every stage before
# Leaves: results/figures/<name>.svg, .png           captions stand in workflow/report/captions
#         results/figures/confusion_<task>.csv, types_<task>.csv    every confusion of the chosen
#                                                    model, and how many of each type it found
#         results/measured/plots/<sample>.png        one a measured sample


localrules:
    figure_library,
    figure_patterns,
    figure_split,
    figure_scores,
    figure_confusion,
    figure_calibration,
    figure_stress,
    figure_audit,
    figure_weights,
    figure_importance,
    figure_cluster_scores,
    figure_cluster_numbers,
    figure_cluster_contents,
    figure_embeddings,
    figure_loadings,
    figure_dendrogram,
    figure_measured,
    figure_fits,
    sample_plots,
    figure_series,
    figure_predicted,
    figure_capacity,
    figure_loss,
    figure_snooping,


rule figure_library:
    input:
        "results/dataset/split.csv",
    output:
        svg=report(
            "results/figures/library.svg",
            caption="../report/captions/library.rst",
            category="What was learned from",
            labels={"figure": "Library"},
        ),
        png="results/figures/library.png",
    log:
        "results/logs/figure_library.log",
    benchmark:
        "results/benchmarks/figure_library.tsv"
    conda:
        "../../envs/figure_library.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_library"),
    script:
        "../scripts/figure_library.py"


rule figure_patterns:
    input:
        split="results/dataset/split.csv",
        patterns=expand("results/patterns/{shard}.npz", shard=study.shards),
    output:
        svg=report(
            "results/figures/patterns.svg",
            caption="../report/captions/patterns.rst",
            category="What was learned from",
            labels={"figure": "Example patterns"},
        ),
        png="results/figures/patterns.png",
    log:
        "results/logs/figure_patterns.log",
    benchmark:
        "results/benchmarks/figure_patterns.tsv"
    conda:
        "../../envs/figure_patterns.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_patterns", "simulate/grid"),
    script:
        "../scripts/figure_patterns.py"


rule figure_split:
    input:
        split="results/dataset/split.csv",
        leakage="results/dataset/leakage.csv",
    output:
        svg=report(
            "results/figures/split.svg",
            caption="../report/captions/split.rst",
            category="What was learned from",
            labels={"figure": "Split"},
        ),
        png="results/figures/split.png",
    log:
        "results/logs/figure_split.log",
    benchmark:
        "results/benchmarks/figure_split.tsv"
    conda:
        "../../envs/figure_split.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_split", "split"),
    script:
        "../scripts/figure_split.py"


rule figure_scores:
    input:
        validation="results/models/{task}/validation.csv",
        chosen="results/models/{task}/chosen.yaml",
        evaluation="results/evaluation/{task}.csv",
    output:
        svg=report(
            "results/figures/scores_{task}.svg",
            caption="../report/captions/scores.rst",
            category="How well it is told",
            labels={"figure": "Scores", "task": "{task}"},
        ),
        png="results/figures/scores_{task}.png",
    log:
        "results/logs/figure_scores/{task}.log",
    benchmark:
        "results/benchmarks/figure_scores/{task}.tsv"
    conda:
        "../../envs/figure_scores.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
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
        predictions="results/evaluation/{task}.parquet",
    output:
        svg=report(
            "results/figures/confusion_{task}.svg",
            caption="../report/captions/confusion.rst",
            category="How well it is told",
            labels={"figure": "Confusion", "task": "{task}"},
        ),
        png="results/figures/confusion_{task}.png",
        table="results/figures/confusion_{task}.csv",
        types="results/figures/types_{task}.csv",
    log:
        "results/logs/figure_confusion/{task}.log",
    benchmark:
        "results/benchmarks/figure_confusion/{task}.tsv"
    conda:
        "../../envs/figure_confusion.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_confusion"),
    script:
        "../scripts/figure_confusion.py"


rule figure_calibration:
    input:
        chosen="results/models/{task}/chosen.yaml",
        predictions="results/evaluation/{task}.parquet",
    output:
        svg=report(
            "results/figures/calibration_{task}.svg",
            caption="../report/captions/calibration.rst",
            category="How well it is told",
            labels={"figure": "Calibration", "task": "{task}"},
        ),
        png="results/figures/calibration_{task}.png",
    log:
        "results/logs/figure_calibration/{task}.log",
    benchmark:
        "results/benchmarks/figure_calibration/{task}.tsv"
    conda:
        "../../envs/figure_calibration.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_calibration"),
    script:
        "../scripts/figure_calibration.py"


rule figure_stress:
    input:
        chosen="results/models/{task}/chosen.yaml",
        evaluation="results/evaluation/{task}.csv",
    output:
        svg=report(
            "results/figures/stress_{task}.svg",
            caption="../report/captions/stress.rst",
            category="How well it is told",
            labels={"figure": "Stress", "task": "{task}"},
        ),
        png="results/figures/stress_{task}.png",
    log:
        "results/logs/figure_stress/{task}.log",
    benchmark:
        "results/benchmarks/figure_stress/{task}.tsv"
    conda:
        "../../envs/figure_stress.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=lambda wildcards: study.settings(
            "figure_stress",
            f"tasks/{wildcards.task}",
            estimators=study.estimators(wildcards.task),
        ),
    script:
        "../scripts/figure_stress.py"


rule figure_audit:
    input:
        splits="results/audit/splits.csv",
        learning="results/audit/learning.csv",
    output:
        svg=report(
            "results/figures/audit.svg",
            caption="../report/captions/audit.rst",
            category="How it learns",
            labels={"figure": "Four splits, learning curve"},
        ),
        png="results/figures/audit.png",
    log:
        "results/logs/figure_audit.log",
    benchmark:
        "results/benchmarks/figure_audit.tsv"
    conda:
        "../../envs/figure_audit.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings(
            "figure_audit",
            metric=study.config["tasks"][study.audit["task"]]["metric"],
        ),
    script:
        "../scripts/figure_audit.py"


rule figure_novelty:
    input:
        "results/audit/novelty.csv",
    output:
        svg=report(
            "results/figures/novelty.svg",
            caption="../report/captions/novelty.rst",
            category="How it learns",
            labels={"figure": "Types that it never saw"},
        ),
        png="results/figures/novelty.png",
    log:
        "results/logs/figure_novelty.log",
    benchmark:
        "results/benchmarks/figure_novelty.tsv"
    conda:
        "../../envs/figure_novelty.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_novelty"),
    script:
        "../scripts/figure_novelty.py"


rule figure_weights:
    input:
        model=f"results/models/{study.audit['task']}/{study.linear_model}/model.skops",
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        svg=report(
            "results/figures/weights.svg",
            caption="../report/captions/weights.rst",
            category="How it learns",
            labels={"figure": "Weights against r"},
        ),
        png="results/figures/weights.png",
    log:
        "results/logs/figure_weights.log",
    benchmark:
        "results/benchmarks/figure_weights.tsv"
    conda:
        "../../envs/figure_weights.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings(
            "figure_weights",
            label=study.config["tasks"][study.audit["task"]]["label"],
        ),
    script:
        "../scripts/figure_weights.py"


rule figure_importance:
    input:
        "results/audit/importance.csv",
    output:
        svg=report(
            "results/figures/importance.svg",
            caption="../report/captions/importance.rst",
            category="How it learns",
            labels={"figure": "Importance against r"},
        ),
        png="results/figures/importance.png",
    log:
        "results/logs/figure_importance.log",
    benchmark:
        "results/benchmarks/figure_importance.tsv"
    conda:
        "../../envs/figure_importance.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_importance", model=study.audit["model"]),
    script:
        "../scripts/figure_importance.py"


rule figure_cluster_scores:
    input:
        "results/clusters/scores.csv",
    output:
        svg=report(
            "results/figures/cluster_scores.svg",
            caption="../report/captions/cluster_scores.rst",
            category="Clusters",
            labels={"figure": "Scores"},
        ),
        png="results/figures/cluster_scores.png",
    log:
        "results/logs/figure_cluster_scores.log",
    benchmark:
        "results/benchmarks/figure_cluster_scores.tsv"
    conda:
        "../../envs/figure_cluster_scores.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_cluster_scores"),
    script:
        "../scripts/figure_cluster_scores.py"


rule figure_cluster_numbers:
    input:
        scores="results/clusters/scores.csv",
        numbers="results/clusters/numbers.csv",
    output:
        svg=report(
            "results/figures/cluster_numbers.svg",
            caption="../report/captions/cluster_numbers.rst",
            category="Clusters",
            labels={"figure": "Number of clusters"},
        ),
        png="results/figures/cluster_numbers.png",
    log:
        "results/logs/figure_cluster_numbers.log",
    benchmark:
        "results/benchmarks/figure_cluster_numbers.tsv"
    conda:
        "../../envs/figure_cluster_numbers.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_cluster_numbers"),
    script:
        "../scripts/figure_cluster_numbers.py"


rule figure_cluster_contents:
    input:
        contents="results/clusters/contents.csv",
        shapes="results/clusters/shapes.npz",
    output:
        svg=report(
            "results/figures/cluster_contents.svg",
            caption="../report/captions/cluster_contents.rst",
            category="Clusters",
            labels={"figure": "What clusters hold"},
        ),
        png="results/figures/cluster_contents.png",
    log:
        "results/logs/figure_cluster_contents.log",
    benchmark:
        "results/benchmarks/figure_cluster_contents.tsv"
    conda:
        "../../envs/figure_cluster_contents.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_cluster_contents"),
    script:
        "../scripts/figure_cluster_contents.py"


rule figure_embeddings:
    input:
        assignments="results/clusters/assignments.parquet",
        shapes="results/clusters/shapes.npz",
    output:
        svg=report(
            "results/figures/embeddings.svg",
            caption="../report/captions/embeddings.rst",
            category="Clusters",
            labels={"figure": "Maps"},
        ),
        png="results/figures/embeddings.png",
    log:
        "results/logs/figure_embeddings.log",
    benchmark:
        "results/benchmarks/figure_embeddings.tsv"
    conda:
        "../../envs/figure_embeddings.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_embeddings"),
    script:
        "../scripts/figure_embeddings.py"


rule figure_loadings:
    input:
        "results/clusters/shapes.npz",
    output:
        svg=report(
            "results/figures/loadings.svg",
            caption="../report/captions/loadings.rst",
            category="Clusters",
            labels={"figure": "Principal components"},
        ),
        png="results/figures/loadings.png",
    log:
        "results/logs/figure_loadings.log",
    benchmark:
        "results/benchmarks/figure_loadings.tsv"
    conda:
        "../../envs/figure_loadings.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_loadings", "features", "simulate/grid"),
    script:
        "../scripts/figure_loadings.py"


rule figure_dendrogram:
    input:
        scores="results/clusters/scores.csv",
        assignments="results/clusters/assignments.parquet",
        shapes="results/clusters/shapes.npz",
    output:
        svg=report(
            "results/figures/dendrogram.svg",
            caption="../report/captions/dendrogram.rst",
            category="Clusters",
            labels={"figure": "Ward's tree"},
        ),
        png="results/figures/dendrogram.png",
    log:
        "results/logs/figure_dendrogram.log",
    benchmark:
        "results/benchmarks/figure_dendrogram.tsv"
    conda:
        "../../envs/figure_dendrogram.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_dendrogram"),
    script:
        "../scripts/figure_dendrogram.py"


rule figure_measured:
    input:
        index="results/measured/index.csv",
        patterns="results/measured/patterns.npz",
        identification="results/measured/identification.csv",
    output:
        svg=report(
            "results/figures/measured.svg",
            caption="../report/captions/measured.rst",
            category="Measured samples",
            labels={"figure": "All patterns"},
        ),
        png="results/figures/measured.png",
    log:
        "results/logs/figure_measured.log",
    benchmark:
        "results/benchmarks/figure_measured.tsv"
    conda:
        "../../envs/figure_measured.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
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
        svg=report(
            "results/figures/fits.svg",
            caption="../report/captions/fits.rst",
            category="Measured samples",
            labels={"figure": "Best fits"},
        ),
        png="results/figures/fits.png",
    log:
        "results/logs/figure_fits.log",
    benchmark:
        "results/benchmarks/figure_fits.tsv"
    conda:
        "../../envs/figure_fits.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_fits"),
    script:
        "../scripts/figure_fits.py"


rule sample_plots:
    input:
        fits="results/measured/fits.npz",
        identification="results/measured/identification.csv",
    output:
        directory("results/measured/plots"),
    log:
        "results/logs/sample_plots.log",
    benchmark:
        "results/benchmarks/sample_plots.tsv"
    conda:
        "../../envs/sample_plots.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=30,
    params:
        settings=study.settings("sample_plots"),
    script:
        "../scripts/sample_plots.py"


rule figure_series:
    input:
        series="results/measured/series.csv",
        changes="results/measured/series_changes.csv",
        arrays="results/measured/series.npz",
    output:
        svg=report(
            "results/figures/series.svg",
            caption="../report/captions/series.rst",
            category="Measured samples",
            labels={"figure": "Series"},
        ),
        png="results/figures/series.png",
    log:
        "results/logs/figure_series.log",
    benchmark:
        "results/benchmarks/figure_series.tsv"
    conda:
        "../../envs/figure_series.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_series"),
    script:
        "../scripts/figure_series.py"


rule figure_predicted:
    input:
        chosen="results/models/{task}/chosen.yaml",
        predictions="results/evaluation/{task}.parquet",
    output:
        svg=report(
            "results/figures/predicted_{task}.svg",
            caption="../report/captions/predicted.rst",
            category="How well it is told",
            labels={"figure": "Predicted against true", "task": "{task}"},
        ),
        png="results/figures/predicted_{task}.png",
    log:
        "results/logs/figure_predicted/{task}.log",
    benchmark:
        "results/benchmarks/figure_predicted/{task}.tsv"
    conda:
        "../../envs/figure_predicted.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
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
        svg=report(
            "results/figures/capacity.svg",
            caption="../report/captions/capacity.rst",
            category="How it learns",
            labels={"figure": "Capacity"},
        ),
        png="results/figures/capacity.png",
    log:
        "results/logs/figure_capacity.log",
    benchmark:
        "results/benchmarks/figure_capacity.tsv"
    conda:
        "../../envs/figure_capacity.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_capacity"),
    script:
        "../scripts/figure_capacity.py"


rule figure_loss:
    input:
        "results/audit/loss.csv",
    output:
        svg=report(
            "results/figures/loss.svg",
            caption="../report/captions/loss.rst",
            category="How it learns",
            labels={"figure": "Gradient descent"},
        ),
        png="results/figures/loss.png",
    log:
        "results/logs/figure_loss.log",
    benchmark:
        "results/benchmarks/figure_loss.tsv"
    conda:
        "../../envs/figure_loss.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_loss"),
    script:
        "../scripts/figure_loss.py"


rule figure_snooping:
    input:
        "results/audit/snooping.csv",
    output:
        svg=report(
            "results/figures/snooping.svg",
            caption="../report/captions/snooping.rst",
            category="How it learns",
            labels={"figure": "Snooping"},
        ),
        png="results/figures/snooping.png",
    log:
        "results/logs/figure_snooping.log",
    benchmark:
        "results/benchmarks/figure_snooping.tsv"
    conda:
        "../../envs/figure_snooping.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("figure_snooping"),
    script:
        "../scripts/figure_snooping.py"
