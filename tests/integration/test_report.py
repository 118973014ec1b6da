"""The report in a real browser: no errors, no requests, usable by keyboard and screen reader."""

import csv
import os
import re
from pathlib import Path

import numpy as np
import pytest

from pdflearn.reporting import report

ATTACK = "<script>alert(1)</script>"


@pytest.fixture
def address(finished):
    return (finished.folder / "results" / "report.html").as_uri()


@pytest.mark.parametrize("width", [1200, 420])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_report_opens_without_errors_or_requests(page, address, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    assert page.faults == []
    assert all(re.match("(file|data):", url) for url in page.requests)
    broken = page.evaluate("[...document.images].filter((i) => !i.naturalWidth).length")
    assert broken == 0
    assert page.locator("img").count() > 10
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


def test_headings_are_in_order_and_every_link_of_the_contents_leads_somewhere(page, address):
    page.goto(address)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map((h) => +h.tagName[1])")
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    targets = page.evaluate("[...document.querySelectorAll('nav a')].map((a) => a.hash.slice(1))")
    assert len(targets) > 6
    assert all(page.evaluate("(id) => !!document.getElementById(id)", name) for name in targets)
    assert page.evaluate("[...document.images].every((i) => i.alt.length > 20)")
    captions = page.locator("figcaption")
    assert captions.count() == page.locator("figure").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, address, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    response = axe.Axe().run(page).response
    assert response["passes"]
    faults = [(v["impact"], v["id"], v["nodes"][0]["html"]) for v in response["violations"]]
    assert faults == []


def test_tables_sort_by_keyboard(page, address):
    page.goto(address)
    page.locator("#all-folds").click()
    table = page.locator("table.sortable", has_text="Settings of this run")
    head = table.locator("thead th").first
    names = table.locator("tbody td:first-child")
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    ascending = names.all_inner_texts()
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert names.all_inner_texts() == ascending[::-1]
    models = page.locator("table.sortable", has_text="Every model").first
    models.locator("thead th button").nth(2).click()
    values = [float(text) for text in models.locator("tbody td:nth-child(3)").all_inner_texts()]
    assert len(values) > 2
    assert values == sorted(values)


def test_samples_filter_by_text_and_verdict(page, address):
    page.goto(address)
    rows = page.locator("#samples tbody tr")
    page.locator("#filter").fill("no such sample")
    assert [row.is_visible() for row in rows.all()] == [False] * rows.count()
    assert page.locator("#shown").inner_text().startswith("0 of ")
    page.locator("#filter").fill("NICKEL")
    assert rows.first.is_visible()
    verdict = rows.first.get_attribute("data-verdict")
    others = {"accepted", "ambiguous", "none of these"} - {verdict}
    page.locator("#verdict").select_option(others.pop())
    assert not rows.first.is_visible()
    page.locator("#verdict").select_option(verdict)
    assert rows.first.is_visible()


def test_print_shows_everything(page, address):
    page.goto(address)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("[...document.querySelectorAll('details')].every((d) => d.open)")
    assert not page.locator("nav").is_visible()
    assert not page.locator("#viewer").is_visible()
    hidden = page.evaluate(
        "[...document.querySelectorAll('.scroll')]"
        ".filter((block) => block.scrollHeight > block.clientHeight + 2).length"
    )
    assert hidden == 0


def test_a_structure_with_a_script_for_a_name_shows_as_text(study, page):
    for name, column in (
        ("dataset/leakage.csv", "vault_name"),
        ("structures/rejected.csv", "file"),
    ):
        path = study.folder / "results" / name
        with open(path, newline="") as handle:
            rows = list(csv.DictReader(handle))
        columns = list(rows[0]) if rows else ["file", "name", "reason"]
        rows = rows or [dict.fromkeys(columns, "")]
        rows[0] |= {column: ATTACK} | ({"correlation": "1.0"} if "correlation" in columns else {})
        with open(path, "w", newline="") as handle:
            writer = csv.DictWriter(handle, columns)
            writer.writeheader()
            writer.writerows(rows)
    study.snakemake("results/report.html")
    page.goto((study.folder / "results" / "report.html").as_uri())
    assert page.faults == []
    shown = page.locator("td", has_text=ATTACK)
    assert shown.count() >= 2
    page.locator("#all-folds").click()  # what is folded has no inner text
    assert shown.first.inner_text() == ATTACK


def hostile_files(good: str) -> dict[bytes, bytes]:
    """Measured files that no program wrote well, by name."""
    rows = good.splitlines()[-400:]
    curve = "\n".join(rows)
    random = np.random.default_rng(7)
    return {
        b"random.gr": random.bytes(5000),
        b"zeros.gr": bytes(3000),
        b"truncated.gr": good[: len(good) // 3].encode(),
        b"nan.gr": curve.replace(rows[200].split()[1], "nan").encode(),
        b"descending.gr": "\n".join(rows[::-1]).encode(),
        b"doubled.gr": "\n".join(row for row in rows for _ in range(2)).encode(),
        b"infinite.gr": "\n".join(f"{row.split()[0]} inf" for row in rows).encode(),
        b"header.gr": f"# {ATTACK}\ntitle = {ATTACK}\ncomposition = {ATTACK}\n{good}".encode(),
        b"<script>alert(2)<%2fscript>.gr": good.encode(),
        b"\"quoted\" 'twice', {name}.gr": good.encode(),
        b"two\nlines.gr": good.encode(),
        b"return\rcarriage.gr": good.encode(),
        b"latin\xff.gr": good.encode(),
        b"=1+1.gr": good.encode(),
        b"cut.zip": b"PK\x03\x04" + random.bytes(50),
        b"image.png": b"\x89PNG\r\n\x1a\n" + random.bytes(500),
        b"empty.gr": b"",
        b"rows.gr": b"1 2\n" * 2 * 10**6,
    }


def test_hostile_measured_files_never_stop_a_run_and_show_as_text(study, page):
    folder = study.folder / "resources" / "measured"
    files = hostile_files((folder / "nickel.gr").read_text())
    for name, content in files.items():
        with open(os.path.join(os.fsencode(folder), name), "wb") as handle:
            handle.write(content)
    study.snakemake("results/report.html", "results/provenance.json")
    results = study.folder / "results" / "measured"
    listed = []
    for table in ("index.csv", "rejected.csv"):
        with open(results / table, newline="") as handle:
            listed += [row["file"] for row in csv.DictReader(handle)]
    shown = {name.decode(errors="backslashreplace") for name in files}
    assert set(listed) == shown | {"nickel.gr", "broken.gr"}
    assert len(listed) == len(set(listed))
    page.goto((study.folder / "results" / "report.html").as_uri())
    assert page.faults == []
    cells = set(page.locator("td").all_text_contents())
    for name in shown:
        assert any(" ".join(name.split()) in " ".join(cell.split()) for cell in cells), name
    assert page.evaluate("document.querySelectorAll('td script, td b').length") == 0


def test_the_report_is_small_and_names_no_other_place(finished):
    path = finished.folder / "results" / "report.html"
    assert path.stat().st_size < 10e6
    links = re.findall(r'href="([^#"]+)"', path.read_text(encoding="utf-8"))
    assert len(links) > 40
    assert not [link for link in links if not (path.parent / link).exists()]
    with np.load(path.parent / "measured" / "fits.npz") as fits:
        assert sum(link.startswith("measured/plots/") for link in links) == len(fits["files"]) > 0
    template = (Path(report.__file__).parents[2] / "report" / "report.html.j2").read_text()
    assert "http" not in template


def test_snakemakes_own_report_has_every_figure_with_its_caption(study):
    study.snakemake("--report", "own.html")
    text = (study.folder / "own.html").read_text()
    for words in ("Every peak is a distance between two atoms", "Measured samples", "Clusters"):
        assert words in text
