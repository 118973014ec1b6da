# Structures: read, check and label them.
#
# Needs:  the library's tables (resources/library) and the user's structure files
#         (resources/structures), divided into shards by the hash of their names
# Leaves: results/structures/shards/<shard>.parquet        the structures
#         results/structures/shards/<shard>_index.parquet  one row each: its labels, or why it was
#                                                          rejected
#         results/structures/index.parquet                 one row a structure, duplicates dropped
#         results/structures/shard_map.parquet             the shard that each is taken from; a
#                                                          structure in several shards counts once
#         results/structures/rejected.csv                  file, reason


rule read_structures:
    input:
        files=lambda wildcards: local(study.structures.files(wildcards.shard)),
        labels=local(study.structures.labels()),
    output:
        structures="results/structures/shards/{shard}.parquet",
        index="results/structures/shards/{shard}_index.parquet",
    log:
        "results/logs/read_structures/{shard}.log",
    benchmark:
        "results/benchmarks/read_structures/{shard}.tsv"
    priority: priorities.VERDICT
    conda:
        "../../envs/read_structures.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=lambda wildcards: study.settings(
            "read_structures",
            "seed",
            "structures",
            library=study.library_digest(wildcards.shard),
            untracked_files=study.structures.untracked_files(wildcards.shard),
            contents=study.structures.digest(wildcards.shard),
        ),
    message:
        "Reading, checking and labelling structures, shard {wildcards.shard}"
    script:
        "../scripts/read_structures.py"


rule gather_structures:
    input:
        expand("results/structures/shards/{shard}_index.parquet", shard=study.shards),
    output:
        structure_index="results/structures/index.parquet",
        rejected="results/structures/rejected.csv",
        shard_map="results/structures/shard_map.parquet",
    log:
        "results/logs/gather_structures.log",
    benchmark:
        "results/benchmarks/gather_structures.tsv"
    priority: priorities.VERDICT
    localrule: True
    conda:
        "../../envs/gather_structures.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=20,
    params:
        settings=study.settings("gather_structures"),
    message:
        "Listing all structures, each compound once"
    script:
        "../scripts/gather_structures.py"
