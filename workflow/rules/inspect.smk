# Inspect: which distances a model decides by, whether it notices types that it never saw, and which
# types it cannot tell apart.
#
# Needs:  results/dataset/development/*, results/dataset/outliers/*, the parameters that
#         cross-validation selected; for confusable_types the models' predictions on the folds and
#         on the vault
# Leaves: results/inspection/importance.csv     accuracy lost when a range of r is permuted
#         results/inspection/novelty.csv        types left out of training: are they noticed?
#         results/inspection/<task>_pairs.csv   types that the selected model hardly tells apart
#         results/inspection/<task>_merged.csv  its scores on the vault with such types as one


rule permutation_importance:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
        best_params=f"results/models/{study.audit['task']}/{study.audit['model']}/best_params.yaml",
    output:
        "results/inspection/importance.csv",
    log:
        "results/logs/permutation_importance.log",
    benchmark:
        "results/benchmarks/permutation_importance.tsv"
    conda:
        "../../envs/permutation_importance.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=120,
    params:
        settings=study.settings(
            "permutation_importance",
            "seed",
            "features",
            "simulate/grid",
            model=study.audit["model"],
            task=study.task_definition(study.audit["task"]),
            spec=study.config["models"][study.audit["model"]],
        ),
    message:
        "Measuring which distances the audited model decides by"
    script:
        "../scripts/permutation_importance.py"


rule novelty:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
        split="results/dataset/split.csv",
        outlier_patterns="results/dataset/outliers/patterns.npy",
        outlier_index="results/dataset/outliers/index.parquet",
    output:
        "results/inspection/novelty.csv",
    log:
        "results/logs/novelty.log",
    benchmark:
        "results/benchmarks/novelty.tsv"
    priority: priorities.LONG
    conda:
        "../../envs/novelty.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=240,
    params:
        settings=study.settings(
            "novelty",
            "seed",
            "features",
            "simulate/grid",
            folds=study.audit["novelty"]["folds"],
            task=study.task_definition(study.audit["task"]),
            model=study.audit["novelty"]["model"],
            spec=study.config["models"][study.audit["novelty"]["model"]],
        ),
    message:
        "Measuring whether types left out of training are noticed"
    script:
        "../scripts/novelty.py"


rule confusable_types:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
        selected="results/models/{task}/selected.yaml",
        best_params=lambda wildcards: expand(
            "results/models/{task}/{model}/best_params.yaml",
            task=wildcards.task,
            model=study.candidates(wildcards.task),
        ),
        cross_validated=lambda wildcards: expand(
            "results/models/{task}/{model}/predictions.npz",
            task=wildcards.task,
            model=study.candidates(wildcards.task),
        ),
        answers="results/evaluation/{task}.parquet",
    output:
        pairs="results/inspection/{task}_pairs.csv",
        scores="results/inspection/{task}_merged.csv",
    log:
        "results/logs/confusable_types/{task}.log",
    benchmark:
        "results/benchmarks/confusable_types/{task}.tsv"
    conda:
        "../../envs/confusable_types.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=30,
    params:
        settings=lambda wildcards: study.settings(
            "confusable_types",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
        ),
    message:
        "Finding the types that the model of {wildcards.task} hardly tells apart"
    script:
        "../scripts/confusable_types.py"
