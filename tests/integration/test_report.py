"""The report in a real browser: no errors, nothing fetched, names shown as text."""

import re
import shutil
from pathlib import Path

import pytest

from pdflearn import report

pytestmark = pytest.mark.xdist_group("study")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        folder = tmp_path_factory.mktemp("browser")
        context = playwright.chromium.launch_persistent_context(
            str(folder), executable_path=CHROMIUM, args=ARGUMENTS
        )
        yield context
        context.close()


@pytest.mark.parametrize("width", [1200, 420])
def test_report_opens_without_errors_or_requests(browser, finished, width):
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    faults, requests = [], []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto((finished.folder / "results" / "report.html").as_uri())
    assert faults == []
    assert all(re.match("(file|data):", url) for url in requests)
    assert page.locator("h1").count() == 1
    broken = page.evaluate("[...document.images].filter((i) => !i.naturalWidth).length")
    assert broken == 0
    assert page.evaluate("[...document.images].every((i) => i.alt.length > 10)")
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    page.close()


def test_tables_sort_and_filter(browser, finished):
    page = browser.new_page()
    page.goto((finished.folder / "results" / "report.html").as_uri())
    table = page.locator("table.sortable").first
    head = table.locator("thead th").nth(2)
    head.locator("button").click()
    values = [float(text) for text in table.locator("tbody td:nth-child(3)").all_inner_texts()]
    assert values == sorted(values)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    rows = page.locator("#samples tbody tr")
    page.locator("#filter").fill("no such sample")
    assert [row.is_visible() for row in rows.all()] == [False] * rows.count()
    page.locator("#filter").fill("NICKEL")
    assert rows.first.is_visible()
    page.close()


def test_what_comes_from_data_is_escaped(tmp_path):
    template = tmp_path / "page.html.j2"
    template.write_text("<p>{{ name }}</p>")
    page = report.render(template, {"name": "<script>alert(1)</script>"})
    assert page == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_report_names_no_other_place():
    text = Path(report.__file__).parents[1].joinpath("report", "report.html.j2").read_text()
    assert "http" not in text
