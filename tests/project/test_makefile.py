"""What the Makefile sets where the home folder cannot be written."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("home", "given", "cache"),
    [
        ("/proc/none", {}, str(ROOT / ".snakemake" / "cache")),
        ("/proc/none", {"XDG_CACHE_HOME": "/elsewhere"}, "/elsewhere"),
        ("{tmp}", {}, ""),
    ],
)
def test_snakemake_has_a_cache_that_it_can_write(tmp_path, home, given, cache):
    shown = tmp_path / "shown.mk"
    shown.write_text("include Makefile\nshown:\n\t@echo cache=$$XDG_CACHE_HOME\n")
    environment = {"PATH": os.environ["PATH"], "HOME": home.format(tmp=tmp_path), **given}
    result = subprocess.run(
        ["make", "-s", "-f", str(shown), "shown"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stdout.strip() == f"cache={cache}"


def test_docs_makes_what_is_drawn_from_the_code_and_the_site():
    ready = [word for name in ("ready", "ready-dev") for word in ("-o", f".venv/.{name}")]
    call = ["make", "--dry-run", *ready, "docs"]
    lines = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    scripts = ("docs/draw_packages.py", "docs/draw_rules.py", "docs/config_table.py",
               ".ci/codemeta.py", "docs/site/build.py")  # fmt: skip
    for script in scripts:
        assert f"python {script}" in lines
        assert (ROOT / script).is_file()
