"""Hashes of files and versions of packages."""

import hashlib
import platform

import pdflearn
from pdflearn.core import provenance


def test_a_result_has_one_name_wherever_it_is_kept():
    for path in ("results/a/b.csv", ".snakemake/storage/s3/bucket/study/results/a/b.csv"):
        assert provenance.result_name(path) == "results/a/b.csv"
    assert provenance.result_name("/home/results/a.csv") == "/home/results/a.csv"


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"\0\r\n" * 10**6)
    expected = hashlib.sha256(b"\0\r\n" * 10**6).hexdigest()
    assert provenance.file_hash(tmp_path / "a") == expected


def test_versions_are_those_of_the_locked_packages_that_are_installed(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("numpy==1.0 \\\n    --hash=sha256:0\nno-such-package==2\n# scipy==3\n")
    versions = provenance.versions(lock)
    assert set(versions) == {"python", "pdflearn", "numpy"}
    assert versions["python"] == platform.python_version()
    assert versions["pdflearn"] == pdflearn.__version__
    assert versions["numpy"] != "1.0"  # what is installed, not what is asked for
