"""The viewer of the report in a real browser, on a page of three samples: mouse, keys, series."""

import base64
from pathlib import Path
from urllib.parse import quote

import jinja2
import numpy as np
import pandas as pd
import pytest

from pdflearn.identification.answer_rows import FIT_CURVES
from pdflearn.measured.index import pack_curves
from pdflearn.reporting import report, viewer

REPORT = Path(viewer.__file__).parents[2] / "report"
R = np.arange(2.0, 20.0, 0.05)
FILES = ("100 K.gr", "200 K.gr", "300 <b>K</b>.gr", "400 K.gr")
PROGRAMS = ("vendor/uplot/uPlot.iife.min.js", "tables.js", "curves.js", "viewer.js")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Viewer</title>
<style>{{ style|safe }} #plot { height: 402px } [hidden] { display: none !important }</style></head>
<body><main><h1>Samples</h1><h2>One</h2>
<label>Show <input id="filter"></label>
<label>Verdict <select id="verdict"><option value="">any</option></select></label>
<span id="shown"></span><table id="samples"><tbody>{% for row in rows %}
<tr data-block="{{ row.block }}" data-file="{{ row.file }}"><td>
<a href="p.png">{{ row.file }}</a></td></tr>
{% endfor %}</tbody></table>{% include "viewer.html.j2" %}</main>
{% for block in blocks %}
<script type="application/json" id="sample-{{ loop.index0 }}">{{ block|safe }}</script>
{% endfor %}<script type="application/json" id="series-data">{{ series|safe }}</script>
{% for program in programs %}<script>{{ program|safe }}</script>{% endfor %}</body></html>"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    missing = np.full(len(R), np.nan)
    curves, answers = [], []
    for number, file in enumerate(FILES):
        mixed = number == 1
        of = dict.fromkeys(FIT_CURVES, missing)
        of |= {"r": R, "measured": np.sin((3 + 0.1 * number) * R), "calculated": np.sin(3 * R)}
        of |= {"rank_2": np.cos(R)} | (
            {"phase_1": np.sin(R), "phase_2": np.cos(R)} if mixed else {}
        )
        curves.append(tuple(of[name] for name in FIT_CURVES))
        for rank, phase, kind in [
            (1, 1, "fcc"),
            *([(1, 2, "bcc")] if mixed else []),
            (2, 1, "hcp"),
        ]:
            answers.append(
                {"file": file, "rank": rank, "phase": phase, "structure_type": kind,
                 "structure": kind, "rw": 0.1 * rank, "phase_type": kind, "fraction_atoms": 0.5,
                 "fraction_atoms_stderr": 0.01}
            )  # fmt: skip
    arrays = {"files": np.array(FILES), **pack_curves(curves, FIT_CURVES)}
    rows = [{"file": f, "verdict": "accepted", "reason": "", "link": ""} for f in FILES]
    index = pd.DataFrame(
        {"series": "heating", "file": FILES, "temperature": ["100", "200", "300", "400"],
         "time": "", "fraction": "", "composition": ""}
    )  # fmt: skip
    blocks = viewer.sample_blocks(arrays, pd.DataFrame(answers), rows)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(REPORT), autoescape=True)
    path = tmp_path_factory.mktemp("viewer") / "page.html"
    page = environment.from_string(PAGE).render(
        rows=rows, blocks=blocks, series=viewer.series_block(index, rows), precision=1e-5,
        programs=[report.program(REPORT / name) for name in PROGRAMS],
        style=report.program(REPORT / "vendor/uplot/uPlot.min.css"),
    )  # fmt: skip
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def name(page):
    return page.locator("#viewer-name").inner_text()


def limits(page):
    return page.evaluate("[state.plot.scales.x.min, state.plot.scales.x.max]")


def test_a_click_on_a_row_shows_its_sample_and_its_phases(page, address):
    page.goto(address)
    assert name(page) == FILES[0]
    page.locator("#samples button").nth(1).click()
    assert name(page) == FILES[1]
    assert "bcc, 50 ± 1 % of the atoms" in page.locator("#curves").inner_text()
    assert page.locator("#samples [aria-pressed=true]").inner_text() == FILES[1]
    page.locator("#samples button").nth(2).click()
    assert name(page) == FILES[2]  # as text: the name is no HTML
    assert page.evaluate("document.querySelectorAll('#viewer b').length") == 0
    assert page.faults == []


def test_keys_change_sample_candidate_and_range_and_read_off(page, address):
    page.goto(address)
    plot = page.locator("#plot")
    plot.press("ArrowRight")
    assert name(page) == FILES[1]
    plot.press("ArrowLeft")
    plot.press("ArrowDown")
    assert page.locator("#candidates input:checked").get_attribute("value") == "1"
    assert "fit: hcp" in page.locator("#curves").inner_text()
    plot.press("+")
    low, high = limits(page)
    assert 2.0 < low < high < R[-1]
    plot.press("Shift+ArrowRight")
    assert limits(page)[0] > low
    plot.press("0")
    assert limits(page) == pytest.approx([2.0, R[-1]])
    plot.press(".")
    text = page.locator("#values").inner_text()
    r = float(text.split()[2])
    assert f"fit: hcp {np.cos(r):.3f}" in text
    assert page.faults == []


def test_a_part_marked_with_the_mouse_is_shown_and_buttons_go_back(page, address):
    page.goto(address)
    page.locator("#plot").scroll_into_view_if_needed()
    box = page.locator("#plot .u-over").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.25 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], y, steps=4)
    page.mouse.up()
    low, high = limits(page)
    assert [low, high] == pytest.approx([6.5, 11.0], abs=0.2)
    page.locator("#wider").click()
    assert limits(page)[1] > high
    page.locator("#whole").click()
    assert limits(page) == pytest.approx([2.0, R[-1]])


def test_the_slider_goes_along_the_series_and_keeps_the_range(page, address):
    page.goto(address)
    slider = page.locator("#series-slider")
    assert "temperature (K)" in page.locator("#series-name").inner_text()
    page.locator("#closer").click()
    before = limits(page)
    slider.press("ArrowRight")
    assert (name(page), page.locator("#series-value").inner_text()) == (FILES[1], "200")
    assert limits(page) == pytest.approx(before)
    slider.press("End")
    assert name(page) == FILES[3]


def test_steps_pass_over_samples_that_the_filter_hides(page, address):
    page.goto(address)
    page.locator("#filter").fill("0 K.gr")
    page.locator("#plot").press("ArrowRight")
    page.locator("#plot").press("ArrowRight")
    assert name(page) == FILES[3]


@pytest.mark.parametrize("address_part", ["#sample=no%20such", "#sample=%E0%A4%A", "#nowhere"])
def test_a_wrong_address_shows_the_first_sample(page, address, address_part):
    page.goto(address + address_part)
    assert name(page) == FILES[0]
    said = page.locator("#viewer-status").inner_text()
    assert said.startswith("This report has no") == address_part.startswith("#sample")
    assert page.faults == []
    page.goto("about:blank")
    page.goto(address + "#sample=" + quote(FILES[2]))
    assert name(page) == FILES[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_window_has_no_overflow(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(address)
    assert page.evaluate("document.querySelector('#plot').scrollWidth") <= 360
    assert page.locator("#plot canvas").bounding_box()["width"] <= 360
    assert page.faults == []


def test_only_the_sample_that_is_looked_at_is_decoded(page, address):
    page.goto(address)
    assert page.evaluate("decoded.size") == 1
    page.locator("#next").click()
    assert page.evaluate("decoded.size") == 2


def test_curves_come_out_of_their_block_as_they_went_in(page, address):
    page.goto(address)
    r, measured = page.evaluate("[[...loadSample(3).r], [...loadSample(3).measured]]")
    assert np.allclose(r, R)
    assert np.allclose(measured, np.sin(3.3 * R), atol=2 * viewer.PRECISION)
    uneven = base64.b64encode(np.array([1.0, 1.5, 3.0], dtype="<f4").tobytes()).decode()
    assert page.evaluate("(text) => [...unpackAxis({floats: text})]", uneven) == [1.0, 1.5, 3.0]
