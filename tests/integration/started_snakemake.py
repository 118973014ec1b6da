"""Snakemake in a new process without a new start: a fork of one that has imported it.

An import of Snakemake takes as long as all that a run of the small study has to think about. The
process that is forked has imported Snakemake and its plugins and nothing of the project.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

# What Snakemake imports by the time that it has read its command line, and what it imports later.
PRELOADED = [
    "snakemake.cli", "snakemake.executors.dryrun", "snakemake.executors.local", "jsonschema",
    "snakemake_executor_plugin_cluster_generic", "snakemake_executor_plugin_slurm", "pandas",
]  # fmt: skip
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(PRELOADED)
PROJECT = Path(__file__).resolve().parents[2]


def _main(
    words: Sequence[str], folder: Path, environment: dict[str, str], said: list[Path]
) -> None:
    """What `python -m snakemake` does in a folder."""
    for number, file in zip((1, 2), said, strict=True):
        os.dup2(os.open(file, os.O_WRONLY), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.dont_write_bytecode = bool(environment.get("PYTHONDONTWRITEBYTECODE"))
    # What pytest has put there, none of which the scripts of the rules are to find, goes; the
    # project's own folder comes last, as by its installation.
    ours = [PROJECT / name for name in ("", "tests", "tests/integration", "workflow")]
    others = [path for path in sys.path if Path(path).resolve() not in ours]
    sys.path[:] = [str(folder), *others, str(PROJECT / "workflow")]
    sys.argv = ["snakemake", *words]
    from snakemake.cli import main

    main(list(words))


def snakemake(
    words: Sequence[str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess:
    """Run Snakemake with these arguments in a folder, and return what it printed."""
    with tempfile.TemporaryDirectory() as place:
        said = [Path(place) / name for name in ("stdout", "stderr")]
        for file in said:
            file.touch()
        process = CONTEXT.Process(target=_main, args=(words, folder, environment, said))
        process.start()
        process.join()
        texts = [file.read_text(errors="replace") for file in said]
    return subprocess.CompletedProcess(["snakemake", *words], process.exitcode, *texts)
