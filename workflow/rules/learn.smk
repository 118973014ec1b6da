# Learn: cross-validate, train, choose; then open the vault once.
#
# Needs:  results/dataset/development/* (and, in `evaluate` alone, results/dataset/vault/*)
# Leaves: results/models/<task>/<model>/   validation.csv, best.yaml, predictions.npz, model.skops
#         results/models/<task>/           validation.csv (all models), chosen.yaml, chosen.skops
#         results/evaluation/<task>.csv    every score on the vault with its interval
#         results/evaluation/<task>/       <model>.csv, <model>.parquet (predictions row by row)


rule cross_validate:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
        members=lambda wildcards: expand(
            "results/models/{task}/{member}/predictions.npz",
            task=wildcards.task,
            member=study.members(wildcards.model),
        ),
    output:
        validation="results/models/{task}/{model}/validation.csv",
        best="results/models/{task}/{model}/best.yaml",
        predictions="results/models/{task}/{model}/predictions.npz",
    log:
        "results/logs/cross_validate/{task}/{model}.log",
    benchmark:
        "results/benchmarks/cross_validate/{task}/{model}.tsv"
    conda:
        "../../envs/cross_validate.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=240,
    params:
        settings=lambda wildcards: study.settings(
            "cross_validate",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
            f"models/{wildcards.model}",
        ),
    script:
        "../scripts/cross_validate.py"


rule train:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
        members=lambda wildcards: expand(
            "results/models/{task}/{member}/model.skops",
            task=wildcards.task,
            member=study.members(wildcards.model),
        ),
        best="results/models/{task}/{model}/best.yaml",
    output:
        model="results/models/{task}/{model}/model.skops",
    log:
        "results/logs/train/{task}/{model}.log",
    benchmark:
        "results/benchmarks/train/{task}/{model}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=240,
    params:
        settings=lambda wildcards: study.settings(
            "train",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
            f"models/{wildcards.model}",
        ),
    script:
        "../scripts/train.py"


rule choose:
    input:
        validation=expand(
            "results/models/{{task}}/{model}/validation.csv", model=study.models
        ),
        models=expand("results/models/{{task}}/{model}/model.skops", model=study.models),
    output:
        validation="results/models/{task}/validation.csv",
        chosen="results/models/{task}/chosen.yaml",
        model="results/models/{task}/chosen.skops",
    log:
        "results/logs/choose/{task}.log",
    benchmark:
        "results/benchmarks/choose/{task}.tsv"
    conda:
        "../../envs/choose.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=lambda wildcards: study.settings(
            "choose", f"tasks/{wildcards.task}", estimators=study.estimators()
        ),
    script:
        "../scripts/choose.py"


rule evaluate:
    input:
        patterns="results/dataset/vault/patterns.npy",
        index="results/dataset/vault/index.parquet",
        split="results/dataset/split.csv",
        model="results/models/{task}/{model}/model.skops",
        best="results/models/{task}/{model}/best.yaml",
    output:
        scores="results/evaluation/{task}/{model}.csv",
        predictions="results/evaluation/{task}/{model}.parquet",
    log:
        "results/logs/evaluate/{task}/{model}.log",
    benchmark:
        "results/benchmarks/evaluate/{task}/{model}.tsv"
    conda:
        "../../envs/evaluate.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        settings=lambda wildcards: study.settings(
            "evaluate", "seed", f"tasks/{wildcards.task}", model=wildcards.model
        ),
    script:
        "../scripts/evaluate.py"


rule gather_scores:
    input:
        expand("results/evaluation/{{task}}/{model}.csv", model=study.models),
    output:
        "results/evaluation/{task}.csv",
    log:
        "results/logs/gather_scores/{task}.log",
    benchmark:
        "results/benchmarks/gather_scores/{task}.tsv"
    conda:
        "../../envs/gather_scores.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("gather_scores"),
    script:
        "../scripts/gather_scores.py"
