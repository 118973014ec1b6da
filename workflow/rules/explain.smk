# Explain: which distances a model decides by, whether it notices what it does not know, and which
# types it cannot tell apart.
#
# Needs:  results/dataset/development/*, results/dataset/others/*, the settings that
#         cross-validation chose; for the last the models' predictions, on folds and on the vault
# Leaves: results/audit/importance.csv    accuracy lost for each range of r that is exchanged
#         results/audit/novelty.csv       types left out of training: told from known ones?
#         results/audit/<task>_pairs.csv  types that the chosen model hardly tells apart
#         results/audit/<task>_merged.csv its scores on the vault with equivalent types as one


rule importance:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
        best=f"results/models/{study.audit['task']}/{study.audit['model']}/best.yaml",
    output:
        "results/audit/importance.csv",
    log:
        "results/logs/importance.log",
    benchmark:
        "results/benchmarks/importance.tsv"
    conda:
        "../../envs/importance.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=120,
    params:
        settings=study.settings(
            "importance",
            "seed",
            "features",
            "simulate/grid",
            model=study.audit["model"],
            task=study.question(study.audit["task"]),
            spec=study.config["models"][study.audit["model"]],
        ),
    script:
        "../scripts/importance.py"


rule novelty:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
        split="results/dataset/split.csv",
        other_patterns="results/dataset/others/patterns.npy",
        other_index="results/dataset/others/index.parquet",
    output:
        "results/audit/novelty.csv",
    log:
        "results/logs/novelty.log",
    benchmark:
        "results/benchmarks/novelty.tsv"
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
            parts=study.audit["novelty"]["parts"],
            task=study.question(study.audit["task"]),
            model=study.audit["novelty"]["model"],
            spec=study.config["models"][study.audit["novelty"]["model"]],
        ),
    script:
        "../scripts/novelty.py"


rule equivalence:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
        chosen="results/models/{task}/chosen.yaml",
        best=lambda wildcards: expand(
            "results/models/{task}/{model}/best.yaml",
            task=wildcards.task,
            model=study.candidates_of(wildcards.task),
        ),
        cross_validated=lambda wildcards: expand(
            "results/models/{task}/{model}/predictions.npz",
            task=wildcards.task,
            model=study.candidates_of(wildcards.task),
        ),
        answers="results/evaluation/{task}.parquet",
    output:
        pairs="results/audit/{task}_pairs.csv",
        scores="results/audit/{task}_merged.csv",
    log:
        "results/logs/equivalence/{task}.log",
    benchmark:
        "results/benchmarks/equivalence/{task}.tsv"
    conda:
        "../../envs/equivalence.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=30,
    params:
        settings=lambda wildcards: study.settings(
            "equivalence",
            "seed",
            "features",
            "simulate/grid",
            f"tasks/{wildcards.task}",
        ),
    script:
        "../scripts/equivalence.py"
