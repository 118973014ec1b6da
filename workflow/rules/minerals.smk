# Minerals: space groups and crystal systems on the crystals of a public database. Only a config with
# a section `minerals` has these rules: snakemake --configfile config/minerals.yaml -- minerals
#
# Needs:  resources/minerals/public.csv (where the database comes from: a package on PyPI, of which
#         nothing but the data is used), maximal_subgroups.csv
# Leaves: results/minerals/index.parquet, rejected.csv        the structures, and what was not read
#         results/minerals/patterns/                          patterns by shard
#         results/minerals/synthetic/                         synthetic crystals and their patterns, by
#                                                             shard, where minerals.synthetic is set
#         results/minerals/{label}/{scheme}/                  for each label and each way to split:
#                                                             scores in cross-validation, the models
#                                                             chosen by them, predictions on the test
#         results/minerals/scores.csv, scores_by_size.csv, errors.csv, folds.csv, summary.md
#         results/minerals/figure.svg, figure.png             the splits side by side
# The test set of each split is predicted once, by learn_minerals, after its choices.


rule minerals:
    input:
        "results/minerals/figure.svg",
        "results/minerals/summary.md",
    localrule: True


rule fetch_minerals:
    input:
        public=local(study.project_file("resources/minerals/public.csv")),
    output:
        archive="results/minerals/database.zip",
        status="results/minerals/fetched.csv",
    log:
        "results/logs/fetch_minerals.log",
    benchmark:
        "results/benchmarks/fetch_minerals.tsv"
    localrule: True
    conda:
        "../../envs/fetch_minerals.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    params:
        settings=study.settings("fetch_minerals"),
    message:
        "Fetching the database of minerals"
    script:
        "../scripts/fetch_minerals.py"


rule read_minerals:
    input:
        archive="results/minerals/database.zip",
    output:
        structures="results/minerals/structures.parquet",
        index="results/minerals/index.parquet",
        rejected="results/minerals/rejected.csv",
    log:
        "results/logs/read_minerals.log",
    benchmark:
        "results/benchmarks/read_minerals.tsv"
    conda:
        "../../envs/read_minerals.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "read_minerals", entries=study.config["minerals"]["entries"]
        ),
    message:
        "Reading the minerals"
    script:
        "../scripts/read_minerals.py"


rule simulate_minerals:
    input:
        structures="results/minerals/structures.parquet",
        index="results/minerals/index.parquet",
    output:
        patterns="results/minerals/patterns/{shard}.npz",
        index="results/minerals/patterns/{shard}.parquet",
        rejected="results/minerals/patterns/{shard}_rejected.csv",
    log:
        "results/logs/simulate_minerals/{shard}.log",
    benchmark:
        "results/benchmarks/simulate_minerals/{shard}.tsv"
    conda:
        "../../envs/simulate_minerals.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=120,
    params:
        settings=study.settings(
            "simulate_minerals",
            "seed",
            "simulate",
            draws=study.config["minerals"]["draws"],
            shards=len(study.shards),
        ),
    message:
        "Simulating the patterns of minerals, shard {wildcards.shard}"
    script:
        "../scripts/simulate_minerals.py"


if study.config["minerals"].get("synthetic"):

    rule make_synthetic:
        input:
            structures="results/minerals/structures.parquet",
            index="results/minerals/index.parquet",
            patterns_index=expand(
                "results/minerals/patterns/{shard}.parquet", shard=study.shards
            ),
        output:
            structures="results/minerals/synthetic/{shard}_structures.parquet",
            patterns="results/minerals/synthetic/{shard}.npz",
            index="results/minerals/synthetic/{shard}.parquet",
            rejected="results/minerals/synthetic/{shard}_rejected.csv",
        log:
            "results/logs/make_synthetic/{shard}.log",
        benchmark:
            "results/benchmarks/make_synthetic/{shard}.tsv"
        wildcard_constraints:
            shard=r"\d+",
        conda:
            "../../envs/make_synthetic.yaml"
        threads: 1
        resources:
            mem_mb=lambda wildcards, attempt: 2000 * attempt,
            runtime=120,
        params:
            settings=study.settings(
                "make_synthetic",
                "seed",
                "simulate",
                "minerals",
                shards=len(study.shards),
            ),
        message:
            "Making synthetic crystals, shard {wildcards.shard}"
        script:
            "../scripts/make_synthetic.py"


rule learn_minerals:
    input:
        structures="results/minerals/index.parquet",
        patterns=expand("results/minerals/patterns/{shard}.npz", shard=study.shards),
        index=expand("results/minerals/patterns/{shard}.parquet", shard=study.shards),
        synthetic_patterns=lambda wildcards: expand(
            "results/minerals/synthetic/{shard}.npz",
            shard=study.synthetic_shards(wildcards.label),
        ),
        synthetic_index=lambda wildcards: expand(
            "results/minerals/synthetic/{shard}.parquet",
            shard=study.synthetic_shards(wildcards.label),
        ),
    output:
        validation="results/minerals/{label}/{scheme}/validation.csv",
        predictions="results/minerals/{label}/{scheme}/predictions.npz",
        rows="results/minerals/{label}/{scheme}/rows.parquet",
        classes="results/minerals/{label}/{scheme}/classes.csv",
    log:
        "results/logs/learn_minerals/{label}_{scheme}.log",
    benchmark:
        "results/benchmarks/learn_minerals/{label}_{scheme}.tsv"
    wildcard_constraints:
        label="space_group|prototype",
        scheme="random|compound|formula_type|structure_type",
    conda:
        "../../envs/learn_minerals.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=240,
    params:
        settings=study.settings(
            "learn_minerals",
            "seed",
            "features",
            "simulate/grid",
            minerals=study.config["minerals"],
            models={
                name: study.config["models"][name]
                for name in study.config["minerals"]["models"]
            },
        ),
    message:
        "Learning the {wildcards.label} of minerals, split by {wildcards.scheme}"
    script:
        "../scripts/learn_minerals.py"


rule score_minerals:
    input:
        rows=expand("results/minerals/{task}/rows.parquet", task=study.mineral_tasks),
        predictions=expand(
            "results/minerals/{task}/predictions.npz", task=study.mineral_tasks
        ),
        classes=expand("results/minerals/{task}/classes.csv", task=study.mineral_tasks),
        validation=expand(
            "results/minerals/{task}/validation.csv", task=study.mineral_tasks
        ),
        subgroups=local(study.project_file("resources/minerals/maximal_subgroups.csv")),
    output:
        scores="results/minerals/scores.csv",
        by_size="results/minerals/scores_by_size.csv",
        errors="results/minerals/errors.csv",
        folds="results/minerals/folds.csv",
        summary="results/minerals/summary.md",
    log:
        "results/logs/score_minerals.log",
    benchmark:
        "results/benchmarks/score_minerals.tsv"
    conda:
        "../../envs/score_minerals.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings("score_minerals", "seed", tasks=study.mineral_tasks),
    message:
        "Scoring what was learned of minerals"
    script:
        "../scripts/score_minerals.py"


rule plot_minerals:
    input:
        scores="results/minerals/scores.csv",
        by_size="results/minerals/scores_by_size.csv",
        errors="results/minerals/errors.csv",
    output:
        figure="results/minerals/figure.svg",
        picture="results/minerals/figure.png",
    log:
        "results/logs/plot_minerals.log",
    benchmark:
        "results/benchmarks/plot_minerals.tsv"
    conda:
        "../../envs/plot_minerals.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    params:
        settings=study.settings("plot_minerals"),
    message:
        "Plotting what was learned of minerals"
    script:
        "../scripts/plot_minerals.py"
