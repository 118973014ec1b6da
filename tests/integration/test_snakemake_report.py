"""Snakemake's own report of a finished study, made without the network."""

import os
import subprocess
import sys
import zipfile


def test_snakemakes_report_holds_every_figure(finished, tmp_path):
    # Proxies that do not answer: whatever asks for a page fails.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", "--report", tmp_path / "report.zip"],
        cwd=finished.folder, env={**os.environ, **nowhere}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        names = {name.rsplit("/", 1)[-1] for name in archive.namelist()}
        page = archive.read("report/report.html").decode()
    figures = {path.name for path in (finished.folder / "results" / "figures").glob("*.svg")}
    assert len(figures) > 20
    assert figures - names == set()
    assert "What was learned from" in page
    assert "identify_measured" in page
    assert '<script src="http' not in page
