"""The page that identifies in a browser: what is packed into it, and what it may do."""

import base64
import hashlib
import json
import re

import numpy as np
import pandas as pd
import pytest
import small_page

from pdflearn.core.grid import Grid
from pdflearn.identification.search import RADIATIONS, log_axis, on_log_axis
from pdflearn.reporting import offline_page


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "identify.html"
    small_page.write_page(path, None, {**small_page.CONTEXT, "model_title": "<b>none</b>"})
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("grid", [small_page.GRID, Grid(0.5, 25.0, 0.2), Grid(1.5, 25.0, 0.01)])
def test_reference_curves_come_back_from_the_logarithmic_axis(grid):
    r = Grid(grid.r_min, 24.0, grid.r_step).r
    wave = np.sin(6 * r) * np.exp(-((r / 15) ** 2))
    stored = on_log_axis(r, wave[None])
    values, even = offline_page.on_even_axis(stored, grid)
    axis = log_axis(extended=True)
    inside = (axis > grid.r_min + 0.3) & (axis < 23.5)
    again = np.interp(axis, even.r, values[0]) * np.sqrt(axis)
    cosine = again[inside] @ stored[0][inside]
    cosine /= np.linalg.norm(again[inside]) * np.linalg.norm(stored[0][inside])
    assert cosine > 0.999


def test_a_large_library_is_thinned_evenly_over_its_types():
    table = pd.DataFrame({"structure_type": ["a"] * 6 + ["b"] * 2 + [""] + ["c"]})
    assert offline_page.chosen_structures(table, 5).tolist() == [0, 1, 6, 7, 9]
    assert offline_page.chosen_structures(table, 1).tolist() == [0, 6, 9]
    assert offline_page.chosen_structures(table).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 9]


def test_a_structure_without_a_curve_is_a_row_of_zeros():
    table, known = small_page.catalogue()
    curves = {name: rows.copy() for name, rows in known.items()}
    curves["neutron"][1] = np.nan
    facts, numbers = offline_page.page_blocks(None, small_page.GRID, table, curves, {})
    facts, data = json.loads(facts), base64.b64decode(numbers)
    points = facts["search"]["even"]["points"]
    for radiation in RADIATIONS:
        place = facts["curves"][radiation]
        rows = np.frombuffer(data, np.int8, place["length"], place["at"]).reshape(-1, points)
        assert len(rows) == len(table)
        tops = np.abs(rows).max(axis=1)
        assert tops.tolist() == [127 if radiation == "xray" or k != 1 else 0 for k in range(10)]
    assert facts["model"] is None


def test_the_same_study_gives_the_same_bytes(tmp_path):
    model = small_page.small_model()
    texts = []
    for name in ("a.html", "b.html"):
        small_page.write_page(tmp_path / name, model)
        texts.append((tmp_path / name).read_bytes())
    assert texts[0] == texts[1]


def test_the_page_allows_its_one_script_and_no_network(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    policy = policy.replace("&#39;", "'")
    assert "default-src 'none'" in policy
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert re.search(r"script-src ([^;]*);", policy)[1] == f"'sha256-{digest}'"
    assert not re.search(r"connect-src|img-src|unsafe-eval", policy)


def test_the_script_asks_for_nothing_and_makes_no_html_of_text():
    script = (small_page.REPORT / "identify.js").read_text(encoding="utf-8")
    for word in (
        "fetch(", "XMLHttpRequest", "WebSocket", "Worker", "WebAssembly", "innerHTML",
        "insertAdjacentHTML", "eval(", "new Function", "document.write", "http:", "https:",
        "localStorage", "indexedDB", "sendBeacon",
    ):  # fmt: skip
        assert word not in script.replace("http://www.w3.org/2000/svg", ""), word
    assert "</script" not in script


def test_no_name_of_a_structure_ends_the_block_of_data(page):
    facts = re.search(r'id="facts">(.*?)</script>', page, re.DOTALL)[1]
    names = [row["name"] for row in json.loads(facts)["structures"]]
    assert small_page.NAMES["rutile"] in names
    assert "<img" not in page


def test_words_of_the_study_are_escaped(page):
    assert "&lt;b&gt;none&lt;/b&gt;" in page
    assert "not a verdict" in page
    assert "1.2.3" in page
    assert "0123abc" in page
