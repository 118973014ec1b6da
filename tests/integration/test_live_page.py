"""The page of a watcher in a real browser: it loads itself anew, is escaped, and stays readable."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.measured.samples import INDEX_COLUMNS
from pdflearn.reporting import live_page

R = np.arange(2.0, 20.0, 0.05)
CURVES = pd.DataFrame(
    {"r": R, "measured": np.sin(3 * R), "calculated": np.sin(3.05 * R), "difference": 0.1}
)
HOSTILE = "<img src=x onerror=alert(1)> run"


def rendered(n_refined, n_files=6):
    """A page after so many verdicts of a series in temperature."""
    files = [f"{HOSTILE}_{100 + 20 * number}K.gr" for number in range(n_files)]
    samples, verdicts = [], {}
    for number, file in enumerate(files):
        row = {
            "rank": 1, "phase": 1, "structure_type": "fcc", "phase_type": "fcc", "verdict": "",
            "probability": 0.9, "reason": "Not refined yet.", "fraction_atoms": 1.0,
        }  # fmt: skip
        alike = [{"structure": "Ni fcc", "similarity": 0.98}]
        samples.append({"file": file, "rows": [row], "look_alikes": alike})
        if number < n_refined:
            verdicts[file] = {
                "rows": [row | {"verdict": "accepted", "reason": "Ni fcc fits."}],
                "parameters": [
                    {"parameter": "a", "structure_type": "fcc", "value": 3.52 + 0.001 * number}
                ],
                "rw": 0.03 + 0.002 * number,
            }
    temperatures = [100 + 20 * number for number in range(n_files)]
    index = pd.DataFrame({"series": "heating", "file": files, "temperature": temperatures})
    index = index.reindex(columns=INDEX_COLUMNS)
    rejected = [{"file": "bad.gr", "reason": "no block of numbers"}]
    newest = files[n_refined - 1] if n_refined else ""
    curves = CURVES if n_refined else None
    return live_page.render_page("data", samples, verdicts, rejected, index, newest, curves)


@pytest.fixture
def live(page, tmp_path):
    """A page of three verdicts in the browser, and the file that it is loaded from."""
    path = tmp_path / live_page.PAGE
    path.write_text(rendered(3), encoding="utf-8")
    page.goto(path.as_uri())
    return path


def test_it_shows_the_newest_fit_and_the_series_and_loads_nothing(page, live):
    assert page.locator("h2", has_text="The newest fit").inner_text().endswith("_140K.gr")
    assert page.locator("figure").count() == 3  # the fit, Rw, lattice constants
    assert page.locator("figure").nth(1).locator("circle.dot").count() == 3
    assert page.get_by_text("6 samples, 3 refined; 1 file could not be used").is_visible()
    assert page.get_by_text("a, fcc (3.52 Å at first)").is_visible()
    assert page.get_by_text("temperature (K)").first.is_visible()
    assert {address.split(":")[0] for address in page.requests} == {"file"}
    assert page.faults == []
    assert page.locator("img").count() == 0


def test_it_loads_itself_anew_unless_text_is_marked(page, live):
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    live.write_text(rendered(6), encoding="utf-8")
    page.wait_for_timeout(3500)
    assert page.get_by_text("3 refined").is_visible()
    page.evaluate("getSelection().removeAllRanges()")
    page.get_by_text("6 refined").wait_for(timeout=20_000)
    assert page.locator("figure").nth(1).locator("circle.dot").count() == 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_narrow_window_cuts_nothing_off(page, live, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    response = axe.Axe().run(page).response
    assert [item["id"] for item in response["violations"]] == []


def test_a_page_before_the_first_verdict_has_no_figure(page, tmp_path):
    path = tmp_path / live_page.PAGE
    path.write_text(rendered(0, 1), encoding="utf-8")
    page.goto(path.as_uri())
    assert page.get_by_text("1 sample, 0 refined").is_visible()
    assert page.locator("figure").count() == 0


def test_a_thousand_samples_make_a_light_page():
    page = rendered(1000, 1000)
    assert page.count("<tr><td>") == live_page.N_ROWS
    assert len(page) < 1_000_000
