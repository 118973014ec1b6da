"""Results in a bucket: Snakemake's S3 plugin against a server of S3's protocol on this machine."""

import hashlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from test_environments import UV, constraints

# Not in the lock: the plugin's dependencies would hold back packages that the rules use.
PLUGIN = ["snakemake-storage-plugin-s3==0.3.*"]
SERVER = ["moto[s3]==5.2.*", "flask==3.1.*", "flask-cors==6.*"]
STUDY = "study"


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty bucket that Snakemake's plugin writes to, by the environment."""
    place = tmp_path / "packages"
    install = [UV, "pip", "install", "--quiet", "--only-binary", ":all:", "--target", place]
    # What the lock holds is taken at its versions, but for what the plugin cannot work with.
    lock = constraints(tmp_path)
    lock.write_text(re.sub(r"^python-dateutil==.*\n", "", lock.read_text(), flags=re.M))
    python = ["--python", sys.executable, "--constraint", lock]
    done = subprocess.run(
        [*install, *python, *PLUGIN, *SERVER], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"PyPI cannot be reached: {done.stderr.strip()[-200:]}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    paths = [str(place), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    url = f"http://127.0.0.1:{port}"
    for name, value in {
        "ENDPOINT_URL": url, "REGION": "us-east-1", "ACCESS_KEY": "x", "SECRET_KEY": "y",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"SNAKEMAKE_STORAGE_S3_{name}", value)
    call = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with open(tmp_path / "server.log", "w") as log:
        server = subprocess.Popen(call, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 60.0
            while server.poll() is None and time.monotonic() < deadline:
                with suppress(requests.ConnectionError):
                    requests.put(f"{url}/{STUDY}", timeout=10).raise_for_status()
                    break
                time.sleep(0.1)
            else:
                pytest.fail((tmp_path / "server.log").read_text())
            yield f"{url}/{STUDY}"
        finally:
            server.kill()
            server.wait()


def objects(bucket: str) -> dict[str, str]:
    """The hash of every object by its key, without logs and records of time."""

    def get(address: str) -> bytes:
        answer = requests.get(address, headers={"Authorization": "AWS x:y"}, timeout=10)
        answer.raise_for_status()
        return answer.content

    keys = re.findall("<Key>(.+?)</Key>", get(bucket).decode())
    assert len(keys) < 1000  # one page of the list
    return {
        key: hashlib.sha256(get(f"{bucket}/{key}")).hexdigest()
        for key in keys
        if key.split("/")[1] not in ("logs", "benchmarks")
    }


@pytest.mark.slow
def test_results_in_a_bucket_have_the_bytes_of_local_ones(finished, bucket, tmp_path):
    study = finished.copy(tmp_path / "pdflearn", results=False)

    def run() -> str:
        storage = ["--default-storage-provider", "s3", "--default-storage-prefix", f"s3://{STUDY}"]
        done = study.snakemake(*storage, "--until", "gather_structures", "read_measured", anew=True)
        return done.stdout + done.stderr

    run()
    made = objects(bucket)
    expected = {f"results/{name}": value for name, value in finished.hashes().items()}
    assert {
        "results/structures/index.parquet", "results/structures/shards/000.parquet",
        "results/measured/batches/000_index.csv", "results/measured/batches/001_rejected.csv",
    } <= set(made)  # fmt: skip
    assert [name for name in made if made[name] != expected.get(name)] == []
    assert study.hashes() == {}  # nothing lies here
    assert "Done: 0 jobs" in run()  # of a second start
