# Learn: cross-validate, train, average and select models; then open the vault once.
#
# Needs:  results/dataset/development/* (and, in evaluate alone, results/dataset/vault/*)
# Leaves: results/models/<task>/<model>/     validation.csv, best_params.yaml, predictions.npz,
#                                            model.skops, card.yaml (data, versions, scores, limits)
#         results/models/<task>/             controls.csv, .yaml, .skops (the controls, which bound
#                                            every score); validation.csv (all models);
#                                            selected.yaml, selected.skops, selected_card.yaml
#         results/evaluation/<task>.csv      every score on the vault with its interval
#         results/evaluation/<task>.parquet  every model's predictions for the vault, row by row
#         results/inspection/                splits.csv (one model under other splits), learning.csv
#                                            (with less to learn from), capacity.csv (error against
#                                            capacity), loss.csv (loss of gradient descent); and, by
#                                            `snakemake snooping` alone, snooping.csv


rule train_model:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        validation="results/models/{task}/{model}/validation.csv",
        best_params="results/models/{task}/{model}/best_params.yaml",
        predictions="results/models/{task}/{model}/predictions.npz",
        model="results/models/{task}/{model}/model.skops",
        card="results/models/{task}/{model}/card.yaml",
    log:
        "results/logs/train_model/{task}/{model}.log",
    benchmark:
        "results/benchmarks/train_model/{task}/{model}.tsv"
    wildcard_constraints:
        model="|".join(study.models_trained_by("train_model")) or "(?!)",
    priority: lambda wildcards: study.priority(wildcards.task, wildcards.model)
    conda:
        "../../envs/train_model.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 6000 * attempt,
        runtime=240,
    params:
        settings=lambda wildcards: study.settings(
            "train_model",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
            f"models/{wildcards.model}",
        ),
    message:
        "Cross-validating and training {wildcards.model} on {wildcards.task}"
    script:
        "../scripts/train_model.py"


# Networks by JAX: a rule of their own, so that JAX is in no other rule's environment.
rule train_network:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        validation="results/models/{task}/{model}/validation.csv",
        best_params="results/models/{task}/{model}/best_params.yaml",
        predictions="results/models/{task}/{model}/predictions.npz",
        model="results/models/{task}/{model}/model.skops",
        card="results/models/{task}/{model}/card.yaml",
    log:
        "results/logs/train_network/{task}/{model}.log",
    benchmark:
        "results/benchmarks/train_network/{task}/{model}.tsv"
    wildcard_constraints:
        model="|".join(study.models_trained_by("train_network")) or "(?!)",  # no name at all
    priority: lambda wildcards: study.priority(wildcards.task, wildcards.model)
    conda:
        "../../envs/train_network.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 6000 * attempt,
        runtime=240,
        gpu=lambda wildcards: study.gpus(wildcards.model),
    params:
        settings=lambda wildcards: study.settings(
            "train_network",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
            f"models/{wildcards.model}",
        ),
    message:
        "Cross-validating and training {wildcards.model} on {wildcards.task} by JAX"
    script:
        "../scripts/train_network.py"


rule average_models:
    input:
        index="results/dataset/development/index.parquet",
        predictions=lambda wildcards: expand(
            "results/models/{member}/predictions.npz",
            member=study.members(wildcards.task, wildcards.model),
        ),
        models=lambda wildcards: expand(
            "results/models/{member}/model.skops",
            member=study.members(wildcards.task, wildcards.model),
        ),
    output:
        validation="results/models/{task}/{model}/validation.csv",
        best_params="results/models/{task}/{model}/best_params.yaml",
        predictions="results/models/{task}/{model}/predictions.npz",
        model="results/models/{task}/{model}/model.skops",
        card="results/models/{task}/{model}/card.yaml",
    log:
        "results/logs/average_models/{task}/{model}.log",
    benchmark:
        "results/benchmarks/average_models/{task}/{model}.tsv"
    wildcard_constraints:
        model="|".join(study.averages) or "(?!)",  # no name at all
    priority: lambda wildcards: study.priority(wildcards.task, wildcards.model)
    conda:
        "../../envs/average_models.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=60,
    params:
        settings=lambda wildcards: study.settings(
            "average_models",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
            f"models/{wildcards.model}",
            members=study.member_tasks(wildcards.task, wildcards.model),
        ),
    message:
        "Averaging the members of {wildcards.model} on {wildcards.task}"
    script:
        "../scripts/average_models.py"


rule train_controls:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        validation="results/models/{task}/controls.csv",
        best_params="results/models/{task}/controls.yaml",
        models="results/models/{task}/controls.skops",
    log:
        "results/logs/train_controls/{task}.log",
    benchmark:
        "results/benchmarks/train_controls/{task}.tsv"
    priority: lambda wildcards: study.priority(wildcards.task)
    conda:
        "../../envs/train_controls.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=60,
    params:
        settings=lambda wildcards: study.settings(
            "train_controls",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
            controls=study.controls(wildcards.task),
        ),
    message:
        "Cross-validating and training the controls of {wildcards.task}"
    script:
        "../scripts/train_controls.py"


rule select_model:
    input:
        controls="results/models/{task}/controls.csv",
        validation=lambda wildcards: expand(
            "results/models/{task}/{model}/validation.csv",
            task=wildcards.task,
            model=study.candidates(wildcards.task),
        ),
        models=lambda wildcards: expand(
            "results/models/{task}/{model}/model.skops",
            task=wildcards.task,
            model=study.candidates(wildcards.task),
        ),
        cards=lambda wildcards: expand(
            "results/models/{task}/{model}/card.yaml",
            task=wildcards.task,
            model=study.candidates(wildcards.task),
        ),
    output:
        validation="results/models/{task}/validation.csv",
        selected="results/models/{task}/selected.yaml",
        model="results/models/{task}/selected.skops",
        card="results/models/{task}/selected_card.yaml",
    log:
        "results/logs/select_model/{task}.log",
    benchmark:
        "results/benchmarks/select_model/{task}.tsv"
    priority: lambda wildcards: study.priority(wildcards.task)
    localrule: True
    conda:
        "../../envs/select_model.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=10,
    params:
        settings=lambda wildcards: study.settings(
            "select_model",
            f"tasks/{wildcards.task}",
            estimators=study.estimators(wildcards.task),
        ),
    message:
        "Selecting the model of {wildcards.task} by cross-validation"
    script:
        "../scripts/select_model.py"


rule evaluate:
    input:
        patterns="results/dataset/vault/patterns.npy",
        index="results/dataset/vault/index.parquet",
        split="results/dataset/split.csv",
        controls="results/models/{task}/controls.skops",
        control_params="results/models/{task}/controls.yaml",
        models=lambda wildcards: expand(
            "results/models/{task}/{model}/model.skops",
            task=wildcards.task,
            model=study.candidates(wildcards.task),
        ),
        best_params=lambda wildcards: expand(
            "results/models/{task}/{model}/best_params.yaml",
            task=wildcards.task,
            model=study.candidates(wildcards.task),
        ),
    output:
        scores="results/evaluation/{task}.csv",
        predictions="results/evaluation/{task}.parquet",
    log:
        "results/logs/evaluate/{task}.log",
    benchmark:
        "results/benchmarks/evaluate/{task}.tsv"
    priority: priorities.LONG
    conda:
        "../../envs/evaluate.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 6000 * attempt,
        runtime=240,
    params:
        settings=lambda wildcards: study.settings(
            "evaluate",
            "seed",
            f"tasks/{wildcards.task}",
            models=study.models_of(wildcards.task),
        ),
    message:
        "Evaluating all models of {wildcards.task} on the vault"
    script:
        "../scripts/evaluate.py"


rule compare_splits:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
        best_params=f"results/models/{study.audit['task']}/{study.audit['model']}/best_params.yaml",
    output:
        splits="results/inspection/splits.csv",
        learning="results/inspection/learning.csv",
    log:
        "results/logs/compare_splits.log",
    benchmark:
        "results/benchmarks/compare_splits.tsv"
    priority: priorities.LONG
    conda:
        "../../envs/compare_splits.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 6000 * attempt,
        runtime=240,
    params:
        settings=study.settings(
            "compare_splits",
            "seed",
            "features",
            "simulate/grid",
            audit={key: study.audit[key] for key in ("model", "train_sizes")},
            task=study.task_definition(study.audit["task"]),
            spec=study.config["models"][study.audit["model"]],
        ),
    message:
        "Scoring one model under other splits and with less training data"
    script:
        "../scripts/compare_splits.py"


rule validation_curves:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        capacity="results/inspection/capacity.csv",
        loss="results/inspection/loss.csv",
    log:
        "results/logs/validation_curves.log",
    benchmark:
        "results/benchmarks/validation_curves.tsv"
    priority: priorities.LONG
    conda:
        "../../envs/validation_curves.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "validation_curves",
            "seed",
            "features",
            "simulate/grid",
            curves=study.audit["curves"],
            task=study.task_definition(study.audit["task"]),
            models=study.validation_curve_models(),
        ),
    message:
        "Measuring the error against capacity, and the loss of gradient descent"
    script:
        "../scripts/validation_curves.py"


# Not part of `all`: snakemake snooping
rule snooping:
    input:
        "results/figures/snooping.svg",
    localrule: True


rule measure_snooping:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        "results/inspection/snooping.csv",
    log:
        "results/logs/measure_snooping.log",
    benchmark:
        "results/benchmarks/measure_snooping.tsv"
    conda:
        "../../envs/measure_snooping.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "measure_snooping",
            "seed",
            "features",
            "simulate/grid",
            snooping=study.audit["snooping"],
            task=study.task_definition(study.audit["task"]),
        ),
    message:
        "Measuring what choosing on a test set does to its score"
    script:
        "../scripts/measure_snooping.py"
