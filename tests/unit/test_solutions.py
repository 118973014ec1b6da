"""A copy is taken only for the very same origin, and a damaged one never."""

from pathlib import Path

import pytest

from pdflearn import remembered


@pytest.fixture
def job(tmp_path):
    """Runs a job that makes two files from a text; says whether it had to make them."""
    outputs = {name: str(tmp_path / "results" / name) for name in ("answers", "fits")}
    copies = tmp_path / "copies"
    (tmp_path / "results").mkdir()

    def run(text, settings=None):
        source = tmp_path / "input"
        source.write_text(text)

        def make():
            for name, path in outputs.items():
                with open(path, "wb") as handle:
                    handle.write(f"{name} of {text}".encode())

        def content():
            return {name: Path(path).read_bytes() for name, path in outputs.items()}

        for path in outputs.values():  # as Snakemake does before a job
            Path(path).unlink(missing_ok=True)
        key = remembered.origin([str(source)], settings or {"ranks": 5})
        new = remembered.made(copies, key, outputs, make)
        assert content() == {name: f"{name} of {text}".encode() for name in outputs}
        return new

    run.copies = copies
    run.outputs = outputs
    return run


def test_the_same_origin_is_not_made_again_and_any_other_is(job):
    assert [job("a"), job("a")] == [True, False]
    assert [job("b"), job("b")] == [True, False]
    assert job("a")  # one copy alone is kept
    assert job("a", {"ranks": 4})
    assert job("a", {"ranks": 5, "code": "f00"})


def test_another_version_of_a_package_makes_it_again(job, monkeypatch):
    job("a")
    assert not job("a")
    monkeypatch.setattr(remembered.metadata, "distributions", list)
    assert job("a")


def test_an_output_more_makes_it_again(job, tmp_path):
    job("a")
    job.outputs["structures"] = str(tmp_path / "results" / "structures")
    assert [job("a"), job("a")] == [True, False]


@pytest.mark.parametrize("name", ["answers", "fits", remembered.NOTE])
def test_no_damage_of_a_copy_reaches_a_result(job, name):
    job("a")
    file = job.copies / name
    whole = file.read_bytes()
    for place in range(0, len(whole), len(whole) // 5):
        file.write_bytes(whole[:place])
        assert job("a")
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        job("a")  # which looks at every byte of the results
    file.unlink()
    assert job("a")


def test_a_failure_leaves_the_last_copies(job):
    job("a")

    def fail():
        raise ValueError("no fit")

    with pytest.raises(ValueError, match="no fit"):
        remembered.made(job.copies, "another", job.outputs, fail)
    assert not job("a")
