# Learn: cross-validate and train, average, choose; then open the vault once.
#
# Needs:  results/dataset/development/* (and, in `evaluate` alone, results/dataset/vault/*)
# Leaves: results/models/<task>/<model>/   validation.csv, best.yaml, predictions.npz, model.skops,
#                                          card.yaml (data, versions, scores, limits)
#         results/models/<task>/           controls.csv, .yaml, .skops (what bounds every score);
#                                          validation.csv (all models), chosen.yaml, chosen.skops,
#                                          chosen_card.yaml
#         results/evaluation/<task>.csv    every score on the vault with its interval
#         results/evaluation/<task>.parquet  every model's predictions for it, row by row
#         results/audit/                   splits.csv, learning.csv: one model under other splits,
#                                          and with less to learn from; capacity.csv, loss.csv:
#                                          error against capacity, gradient descent's loss; and,
#                                          by `snakemake snooping` alone, snooping.csv


rule learn:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        validation="results/models/{task}/{model}/validation.csv",
        best="results/models/{task}/{model}/best.yaml",
        predictions="results/models/{task}/{model}/predictions.npz",
        model="results/models/{task}/{model}/model.skops",
        card="results/models/{task}/{model}/card.yaml",
    log:
        "results/logs/learn/{task}/{model}.log",
    benchmark:
        "results/benchmarks/learn/{task}/{model}.tsv"
    wildcard_constraints:
        model="|".join(study.learners),
    priority: lambda wildcards: int(study.lends(wildcards.task, wildcards.model))
    conda:
        "../../envs/learn.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 6000 * attempt,
        runtime=240,
    params:
        settings=lambda wildcards: study.settings(
            "learn",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
            f"models/{wildcards.model}",
        ),
    script:
        "../scripts/learn.py"


rule average:
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
        best="results/models/{task}/{model}/best.yaml",
        predictions="results/models/{task}/{model}/predictions.npz",
        model="results/models/{task}/{model}/model.skops",
        card="results/models/{task}/{model}/card.yaml",
    log:
        "results/logs/average/{task}/{model}.log",
    benchmark:
        "results/benchmarks/average/{task}/{model}.tsv"
    wildcard_constraints:
        model="|".join(study.averages) or "(?!)",  # no name at all
    conda:
        "../../envs/average.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=60,
    params:
        settings=lambda wildcards: study.settings(
            "average",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
            f"models/{wildcards.model}",
            members=study.member_tasks(wildcards.task, wildcards.model),
        ),
    script:
        "../scripts/average.py"


rule learn_controls:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        validation="results/models/{task}/controls.csv",
        best="results/models/{task}/controls.yaml",
        models="results/models/{task}/controls.skops",
    log:
        "results/logs/learn_controls/{task}.log",
    benchmark:
        "results/benchmarks/learn_controls/{task}.tsv"
    conda:
        "../../envs/learn_controls.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=60,
    params:
        settings=lambda wildcards: study.settings(
            "learn_controls",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
            controls=study.controls_of(wildcards.task),
        ),
    script:
        "../scripts/learn_controls.py"


rule choose:
    input:
        controls="results/models/{task}/controls.csv",
        validation=lambda wildcards: expand(
            "results/models/{task}/{model}/validation.csv",
            task=wildcards.task,
            model=study.candidates_of(wildcards.task),
        ),
        models=lambda wildcards: expand(
            "results/models/{task}/{model}/model.skops",
            task=wildcards.task,
            model=study.candidates_of(wildcards.task),
        ),
        cards=lambda wildcards: expand(
            "results/models/{task}/{model}/card.yaml",
            task=wildcards.task,
            model=study.candidates_of(wildcards.task),
        ),
    output:
        validation="results/models/{task}/validation.csv",
        chosen="results/models/{task}/chosen.yaml",
        model="results/models/{task}/chosen.skops",
        card="results/models/{task}/chosen_card.yaml",
    log:
        "results/logs/choose/{task}.log",
    benchmark:
        "results/benchmarks/choose/{task}.tsv"
    conda:
        "../../envs/choose.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=10,
    params:
        settings=lambda wildcards: study.settings(
            "choose",
            f"tasks/{wildcards.task}",
            estimators=study.estimators(wildcards.task),
        ),
    script:
        "../scripts/choose.py"


rule evaluate:
    input:
        patterns="results/dataset/vault/patterns.npy",
        index="results/dataset/vault/index.parquet",
        split="results/dataset/split.csv",
        controls="results/models/{task}/controls.skops",
        best_of_controls="results/models/{task}/controls.yaml",
        models=lambda wildcards: expand(
            "results/models/{task}/{model}/model.skops",
            task=wildcards.task,
            model=study.candidates_of(wildcards.task),
        ),
        best=lambda wildcards: expand(
            "results/models/{task}/{model}/best.yaml",
            task=wildcards.task,
            model=study.candidates_of(wildcards.task),
        ),
    output:
        scores="results/evaluation/{task}.csv",
        predictions="results/evaluation/{task}.parquet",
    log:
        "results/logs/evaluate/{task}.log",
    benchmark:
        "results/benchmarks/evaluate/{task}.tsv"
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
    script:
        "../scripts/evaluate.py"


rule audit:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
        best=f"results/models/{study.audit['task']}/{study.audit['model']}/best.yaml",
    output:
        splits="results/audit/splits.csv",
        learning="results/audit/learning.csv",
    log:
        "results/logs/audit.log",
    benchmark:
        "results/benchmarks/audit.tsv"
    conda:
        "../../envs/audit.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 6000 * attempt,
        runtime=240,
    params:
        settings=study.settings(
            "audit",
            "seed",
            "features",
            "simulate/grid",
            audit={key: study.audit[key] for key in ("model", "shares")},
            task=study.question(study.audit["task"]),
            spec=study.config["models"][study.audit["model"]],
        ),
    script:
        "../scripts/audit.py"


rule curves:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        capacity="results/audit/capacity.csv",
        loss="results/audit/loss.csv",
    log:
        "results/logs/curves.log",
    benchmark:
        "results/benchmarks/curves.tsv"
    conda:
        "../../envs/curves.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "curves",
            "seed",
            "features",
            "simulate/grid",
            curves=study.audit["curves"],
            task=study.question(study.audit["task"]),
            models=study.curve_models(),
        ),
    script:
        "../scripts/curves.py"


# Not part of `all`: snakemake snooping
rule snooping:
    input:
        "results/figures/snooping.svg",
    localrule: True


rule snoop:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        "results/audit/snooping.csv",
    log:
        "results/logs/snoop.log",
    benchmark:
        "results/benchmarks/snoop.tsv"
    conda:
        "../../envs/snoop.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "snoop",
            "seed",
            "features",
            "simulate/grid",
            snooping=study.audit["snooping"],
            task=study.question(study.audit["task"]),
        ),
    script:
        "../scripts/snoop.py"
