# Explain: which distances a model decides by.
#
# Needs:  results/dataset/development/*, the settings that cross-validation chose
# Leaves: results/audit/importance.csv    accuracy lost for each range of r that is exchanged


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
            task=study.config["tasks"][study.audit["task"]],
            spec=study.config["models"][study.audit["model"]],
        ),
    script:
        "../scripts/importance.py"
