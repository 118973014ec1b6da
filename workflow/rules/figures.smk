# Figures of what was learned: one rule plots what one table or stage holds, as SVG and PNG.
# Those of measured samples are in measured_figures.smk.
#
# Needs:  the tables of every stage up to learning, inspection and clustering
# Leaves: results/figures/<name>.svg, .png        their captions are in workflow/report/captions
#         results/figures/confusion_<task>.csv    every confusion of the selected model
#         results/figures/types_<task>.csv        the recall of each type


rule plot_dataset:
    input:
        split="results/dataset/split.csv",
        leakage="results/dataset/leakage.csv",
        shard_map="results/structures/shard_map.parquet",
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
        "results/logs/plot_dataset.log",
    benchmark:
        "results/benchmarks/plot_dataset.tsv"
    localrule: True
    conda:
        "../../envs/plot_dataset.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("plot_dataset", "simulate/grid", "split"),
    message:
        "Plotting the library, example patterns and the split"
    script:
        "../scripts/plot_dataset.py"


rule plot_classification:
    input:
        validation="results/models/{task}/validation.csv",
        selected="results/models/{task}/selected.yaml",
        evaluation="results/evaluation/{task}.csv",
        predictions="results/evaluation/{task}.parquet",
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
            "results/figures/{name}_{{task}}.png",
            name=["scores", "stress", "confusion", "calibration"],
        ),
        table="results/figures/confusion_{task}.csv",
        types="results/figures/types_{task}.csv",
    log:
        "results/logs/plot_classification/{task}.log",
    benchmark:
        "results/benchmarks/plot_classification/{task}.tsv"
    wildcard_constraints:
        task="|".join(study.tasks_of_type("classification")) or "no task",
    localrule: True
    conda:
        "../../envs/plot_classification.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=lambda wildcards: study.settings(
            "plot_classification",
            f"tasks/{wildcards.task}",
            estimators=study.estimators(wildcards.task),
        ),
    message:
        "Plotting scores, confusion and calibration of {wildcards.task}"
    script:
        "../scripts/plot_classification.py"


rule plot_regression:
    input:
        validation="results/models/{task}/validation.csv",
        selected="results/models/{task}/selected.yaml",
        evaluation="results/evaluation/{task}.csv",
        predictions="results/evaluation/{task}.parquet",
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
        predicted=report(
            "results/figures/predicted_{task}.svg",
            caption="../report/captions/predicted.rst",
            category="How well it is told",
            labels={"figure": "Predicted against true", "task": "{task}"},
        ),
        pictures=expand(
            "results/figures/{name}_{{task}}.png",
            name=["scores", "stress", "predicted"],
        ),
    log:
        "results/logs/plot_regression/{task}.log",
    benchmark:
        "results/benchmarks/plot_regression/{task}.tsv"
    wildcard_constraints:
        task="|".join(study.tasks_of_type("regression")) or "no task",
    localrule: True
    conda:
        "../../envs/plot_regression.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=lambda wildcards: study.settings(
            "plot_regression",
            f"tasks/{wildcards.task}",
            estimators=study.estimators(wildcards.task),
        ),
    message:
        "Plotting scores and predicted against true values of {wildcards.task}"
    script:
        "../scripts/plot_regression.py"


rule plot_learning_curve:
    input:
        splits="results/inspection/splits.csv",
        learning="results/inspection/learning.csv",
        novelty="results/inspection/novelty.csv",
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
        "results/logs/plot_learning_curve.log",
    benchmark:
        "results/benchmarks/plot_learning_curve.tsv"
    localrule: True
    conda:
        "../../envs/plot_learning_curve.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings(
            "plot_learning_curve",
            metric=study.config["tasks"][study.audit["task"]]["metric"],
        ),
    message:
        "Plotting the scores under other splits, the learning curve and novelty"
    script:
        "../scripts/plot_learning_curve.py"


rule plot_validation_curves:
    input:
        capacity="results/inspection/capacity.csv",
        loss="results/inspection/loss.csv",
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
        "results/logs/plot_validation_curves.log",
    benchmark:
        "results/benchmarks/plot_validation_curves.tsv"
    localrule: True
    conda:
        "../../envs/plot_validation_curves.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("plot_validation_curves"),
    message:
        "Plotting the validation curves and the loss"
    script:
        "../scripts/plot_validation_curves.py"


rule plot_weights:
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
        "results/logs/plot_weights.log",
    benchmark:
        "results/benchmarks/plot_weights.tsv"
    localrule: True
    conda:
        "../../envs/plot_weights.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings(
            "plot_weights", label=study.config["tasks"][study.audit["task"]]["label"]
        ),
    message:
        "Plotting the weights of a linear model"
    script:
        "../scripts/plot_weights.py"


rule plot_filters:
    input:
        model=f"results/models/{study.audit['task']}/{study.convolutional_model or 'none'}/model.skops",
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        filters=report(
            "results/figures/filters.svg",
            caption="../report/captions/filters.rst",
            category="How it learns",
            labels={"figure": "Filters of a convolutional network"},
        ),
        picture="results/figures/filters.png",
    log:
        "results/logs/plot_filters.log",
    benchmark:
        "results/benchmarks/plot_filters.tsv"
    localrule: True
    conda:
        "../../envs/plot_filters.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings(
            "plot_filters", label=study.config["tasks"][study.audit["task"]]["label"]
        ),
    message:
        "Plotting the first filters of a convolutional network"
    script:
        "../scripts/plot_filters.py"


rule plot_importance:
    input:
        "results/inspection/importance.csv",
    output:
        importance=report(
            "results/figures/importance.svg",
            caption="../report/captions/importance.rst",
            category="How it learns",
            labels={"figure": "Importance against r"},
        ),
        picture="results/figures/importance.png",
    log:
        "results/logs/plot_importance.log",
    benchmark:
        "results/benchmarks/plot_importance.tsv"
    localrule: True
    conda:
        "../../envs/plot_importance.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("plot_importance", model=study.audit["model"]),
    message:
        "Plotting which distances the audited model decides by"
    script:
        "../scripts/plot_importance.py"


rule plot_snooping:
    input:
        "results/inspection/snooping.csv",
    output:
        snooping=report(
            "results/figures/snooping.svg",
            caption="../report/captions/snooping.rst",
            category="How it learns",
            labels={"figure": "Snooping"},
        ),
        picture="results/figures/snooping.png",
    log:
        "results/logs/plot_snooping.log",
    benchmark:
        "results/benchmarks/plot_snooping.tsv"
    localrule: True
    conda:
        "../../envs/plot_snooping.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("plot_snooping"),
    message:
        "Plotting what choosing on a test set does"
    script:
        "../scripts/plot_snooping.py"


rule plot_clusters:
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
        "results/logs/plot_clusters.log",
    benchmark:
        "results/benchmarks/plot_clusters.tsv"
    localrule: True
    conda:
        "../../envs/plot_clusters.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("plot_clusters", "features", "simulate/grid"),
    message:
        "Plotting the clusters"
    script:
        "../scripts/plot_clusters.py"
