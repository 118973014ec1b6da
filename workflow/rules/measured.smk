# Measured: read measured PDFs and say what they are.
#
# Needs:  resources/measured/ (the user's files; samples.csv beside them), public.csv (which public
#         files to fetch), the chosen model
# Leaves: results/measured/public.zip, fetched.csv     public files, and what could not be had
#         results/measured/index.csv, patterns.npz     what was read
#         results/measured/unreadable.csv              file, reason
#         results/measured/identification.csv          file, rank, structure_type, probability, ...


rule fetch_measured:
    input:
        "resources/measured/public.csv",
    output:
        archive="results/measured/public.zip",
        status="results/measured/fetched.csv",
    log:
        "results/logs/fetch_measured.log",
    benchmark:
        "results/benchmarks/fetch_measured.tsv"
    conda:
        "../../envs/fetch_measured.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=study.settings("fetch_measured", "measured/public"),
    script:
        "../scripts/fetch_measured.py"


rule read_measured:
    input:
        files=study.measured_files(),
        samples=study.sample_tables(),
        public="resources/measured/public.csv",
        archive="results/measured/public.zip",
    output:
        index="results/measured/index.csv",
        unreadable="results/measured/unreadable.csv",
        patterns="results/measured/patterns.npz",
    log:
        "results/logs/read_measured.log",
    benchmark:
        "results/benchmarks/read_measured.tsv"
    conda:
        "../../envs/read_measured.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        settings=study.settings("read_measured", "simulate/grid", "measured/folder"),
    script:
        "../scripts/read_measured.py"


rule identify:
    input:
        index="results/measured/index.csv",
        patterns="results/measured/patterns.npz",
        model=f"results/models/{study.config['measured']['task']}/chosen.skops",
    output:
        "results/measured/identification.csv",
    log:
        "results/logs/identify.log",
    benchmark:
        "results/benchmarks/identify.tsv"
    conda:
        "../../envs/identify.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        settings=study.settings("identify", "measured"),
    script:
        "../scripts/identify.py"
