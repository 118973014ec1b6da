"""Another place, more jobs than cores: the same bytes, report and figures included."""

import pytest
from conftest import checkout


@pytest.mark.slow
def test_a_second_clone_elsewhere_on_too_many_cores_gives_the_same_bytes(finished, tmp_path):
    other = checkout(tmp_path / "a second clone, elsewhere" / "pdflearn")
    other.snakemake("--cores", "5")
    assert other.hashes() == finished.hashes()
