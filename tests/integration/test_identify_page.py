"""The page that identifies in a browser, in Chromium, from a file and with the network off."""

import gzip
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import small_page
import spoiled_files

from pdflearn.identification.search import STRETCH_WEIGHT, similarities
from pdflearn.measured.observation import ObservationError, observe
from pdflearn.measured.reader import PatternError, read_pdf, read_pdfs
from pdflearn.measured.resample import resample

MEASURED = Path(__file__).parents[1] / "data" / "measured"
HOSTILE_NAME = "<img src=x onerror=alert(2)>.gr"
# What each file is for the page: the same calls as a dropped file makes.
READ = """async (files) => {
  const results = [];
  for (const { name, base64 } of files) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    for (const result of await readFiles(name, bytes)) {
      const { pattern } = result;
      if (!pattern) { results.push(result); continue; }
      const observation = observe(pattern, 20);
      results.push({ name: result.name, quantity: pattern.quantity, header: pattern.header,
        warnings: pattern.warnings, r: [...pattern.r], g: [...pattern.g],
        observation: observation.error ? observation
          : { r: [...observation.r], g: [...observation.g], notes: observation.notes } });
    }
  }
  return results;
}"""
ANSWER = """(curves) => curves.map((g) => {
  const data = pageData(), r = data.grid;
  const pattern = { r, g: Float64Array.from(g), header: {}, warnings: [] };
  const said = answer(data, pattern, "xray");
  const classes = [...classProbabilities(data.model, Float64Array.from(g))];
  return { classes, types: said.types,
    matches: said.matches.map(({ row, similarity, stretch }) => [row, similarity, stretch]) };
})"""


@pytest.fixture(scope="module")
def offline_page(tmp_path_factory):
    """The page's address, the model and the library in it."""
    path = tmp_path_factory.mktemp("e-mail") / "identify.html"
    model = small_page.small_model()
    table, curves = small_page.write_page(path, model)
    return path.as_uri(), model, table, curves


@pytest.fixture
def opened(page, offline_page):
    page.context.set_offline(True)
    page.set_viewport_size({"width": 1100, "height": 900})
    page.goto(offline_page[0])
    yield page
    page.context.set_offline(False)


def choose(page, *paths, n=None):
    page.set_input_files("#chooser", [str(path) for path in paths])
    wait(page, n or len(paths))


def wait(page, n):
    page.locator("article").nth(n - 1).wait_for()
    page.locator("#status", has_text="Done").wait_for()


def nickel(folder, name="nickel.gr", noise=0.0):
    r, g = small_page.simulate_pdf(small_page.crystals.fcc("Cu", 3.61), r_max=25.0, r_step=0.02)
    g = g + noise * np.random.default_rng(3).normal(size=len(g))
    rows = "".join(f"{x:.3f} {y:.6f}\n" for x, y in zip(r, g, strict=True))
    path = folder / name
    path.write_text(f"qmax = 25.0\nmode = xray\n#L r($\\AA$)  G($\\AA^{{-2}}$)\n{rows}")
    return path


def test_the_page_opens_with_nothing_but_itself(opened):
    assert opened.faults == []
    assert all(url.startswith("file:") for url in opened.requests)
    assert len(opened.requests) == 1
    assert opened.locator("h1").count() == 1
    text = opened.locator("body").inner_text()
    for words in ("not a verdict", "pdflearn identify", "1.2.3", "2026-01-31", "0123abc"):
        assert words in text
    # Data are decoded when they are first asked for.
    assert opened.evaluate("unpacked === null")


def test_a_dropped_file_is_answered(opened, offline_page, tmp_path):
    path = nickel(tmp_path)
    read = read_pdf(path)
    expected = small_page.type_probabilities(offline_page[1], read.r, read.g)
    transfer = opened.evaluate_handle(
        """(text) => { const transfer = new DataTransfer();
        transfer.items.add(new File([text], "cu.gr")); return transfer; }""",
        path.read_text(),
    )
    opened.dispatch_event("body", "dragover", {"dataTransfer": transfer})
    assert "over" in opened.locator("#zone").get_attribute("class")
    opened.dispatch_event("body", "drop", {"dataTransfer": transfer})
    wait(opened, 1)
    card = opened.locator("article")
    assert card.locator("h2").inner_text() == "cu.gr"
    types, structures = card.locator("table").all()
    name, probability, _ = types.locator("tbody tr").first.inner_text().split("\t")
    assert name == max(expected, key=expected.get)
    assert probability == f"{100 * expected[name]:.0f} %"
    first = structures.locator("tbody tr").first.inner_text().split("\t")
    assert first[1].strip() == "fcc"
    assert abs(float(first[4].split("a = ")[1].split()[0]) - 3.61) < 0.01
    assert float(first[2]) > 0.97
    drawing = card.locator(".plot > svg[role=img]")
    assert "r (Å)" in drawing.text_content()
    assert "cu.gr" in drawing.get_attribute("aria-label")
    assert opened.faults == []
    assert len(opened.requests) == 1


def test_another_look_alike_is_shown_by_keyboard(opened, tmp_path):
    choose(opened, nickel(tmp_path))
    drawing = opened.locator(".plot > svg[role=img]")
    before = drawing.get_attribute("aria-label"), drawing.locator(".calculated").get_attribute("d")
    opened.locator("input[type=radio]").first.press("ArrowDown")
    after = drawing.get_attribute("aria-label"), drawing.locator(".calculated").get_attribute("d")
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert opened.locator(".plot ~ p").inner_text().startswith(after[0][:40])
    opened.locator("select").select_option("neutron")
    assert "neutrons" in opened.locator("article table caption").nth(1).inner_text()
    assert opened.faults == []


def test_the_chooser_is_reached_by_keyboard(opened):
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.id") == "chooser"


def test_files_that_cannot_be_used_stand_beside_those_that_can(opened, tmp_path):
    picture = tmp_path / "picture.gr"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    archive = tmp_path / "run.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.write(nickel(tmp_path, "b.gr", noise=0.05), "day/b.gr")
        members.writestr("notes.txt", "measured on Monday")
    hostile = nickel(tmp_path, HOSTILE_NAME.replace("/", ""))
    choose(opened, picture, nickel(tmp_path), archive, hostile, n=5)
    names = opened.locator("article h2").all_inner_texts()
    assert names == [
        "picture.gr",
        "nickel.gr",
        "run.zip/day/b.gr",
        "run.zip/notes.txt",
        HOSTILE_NAME,
    ]
    refused = opened.locator("article.refused")
    assert refused.count() == 2
    assert "this is a picture (PNG)" in refused.first.inner_text()
    overview = opened.locator("#overview tbody tr")
    assert overview.count() == 5
    assert overview.first.inner_text().split("\t")[1] == "not used"
    opened.locator("#overview a").nth(1).click()
    assert opened.evaluate("location.hash") == "#answer-2"
    # Names of files and of structures were never read as HTML.
    assert opened.locator("article img, table img").count() == 0
    assert opened.faults == []
    assert small_page.NAMES["rutile"] in opened.locator("article").nth(1).inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 420])
def test_axe_finds_nothing_and_nothing_is_cut_off(opened, tmp_path, scheme, width):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    opened.emulate_media(color_scheme=scheme)
    opened.set_viewport_size({"width": width, "height": 900})
    choose(opened, nickel(tmp_path), MEASURED / "example.chi")
    assert opened.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    response = axe.Axe().run(opened).response
    assert response["passes"]
    faults = [(v["impact"], v["id"], v["nodes"][0]["html"]) for v in response["violations"]]
    assert faults == []
    box = opened.locator(".plot > svg[role=img]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_probabilities_and_look_alikes_are_those_of_the_package(opened, offline_page):
    _, model, table, curves = offline_page
    patterns, _ = small_page.patterns_of(5, seed=7)
    assert len(patterns) == 50
    expected = model.predict_proba(patterns)
    said = opened.evaluate(ANSWER, patterns.astype(float).tolist())
    r = small_page.GRID.r
    sure = 0
    for pattern, probabilities, one in zip(patterns, expected, said, strict=True):
        np.testing.assert_allclose(one["classes"], probabilities, atol=0.005)
        best, second = np.sort(probabilities)[::-1][:2]
        if best - second > 0.02:
            sure += 1
            assert np.argmax(one["classes"]) == np.argmax(probabilities)
        read = small_page.offline_pattern(r, pattern)
        similarity, stretch = similarities(observe(read, {}, "xray"), curves["xray"])
        merit = similarity - STRETCH_WEIGHT * np.abs(np.log(stretch))
        assert len(one["matches"]) == len(table)
        for row, near, at in one["matches"]:
            assert abs(near - similarity[row]) < 0.01
            if similarity[row] > 0.9:
                assert abs(np.log(at / stretch[row])) < 0.004
        assert merit[one["matches"][0][0]] > merit.max() - 0.01
    assert sure > 30


def test_types_share_the_probability_of_their_class(opened, offline_page):
    patterns, _ = small_page.patterns_of(1, seed=9)
    (one,) = opened.evaluate(ANSWER, patterns[:1].astype(float).tolist())
    classes = dict(zip(map(str, offline_page[1].classes_), one["classes"], strict=True))
    types = dict(one["types"])
    assert types["fcc"] == pytest.approx(0.75 * classes["fcc"])
    assert types["rocksalt"] == pytest.approx(classes["rocksalt"] + 0.25 * classes["fcc"])
    assert list(types.values()) == sorted(types.values(), reverse=True)
    assert sum(types.values()) == pytest.approx(1.0)


def in_python(files):
    results = []
    for path in files:
        for name, pattern in read_pdfs(path):
            if isinstance(pattern, PatternError):
                results.append({"name": name, "reason": pattern.reason})
                continue
            radiation = str(pattern.header.get("radiation") or "xray")
            try:
                observation = observe(pattern, {}, radiation)
                seen = {"r": observation.r, "g": observation.g, "notes": list(observation.notes)}
            except ObservationError as error:
                seen = {"error": str(error)}
            results.append(
                {
                    "name": name,
                    "quantity": pattern.quantity,
                    "header": pattern.header,
                    "warnings": pattern.warnings,
                    "r": pattern.r,
                    "g": pattern.g,
                    "observation": seen,
                }
            )
    return results


def assert_read_alike(page, files):
    """The page reads, warns and refuses as the package does."""
    named = [
        {"name": path.name, "base64": small_page.base64_of(path.read_bytes())} for path in files
    ]
    said, expected = page.evaluate(READ, named), in_python(files)
    assert [one["name"] for one in said] == [one["name"] for one in expected]
    for mine, other in zip(said, expected, strict=True):
        assert mine.get("reason") == other.get("reason"), other["name"]
        if "reason" in other:
            continue
        assert mine["quantity"] == other["quantity"], other["name"]
        assert mine["warnings"] == other["warnings"], other["name"]
        assert mine["header"] == pytest.approx(other["header"]), other["name"]
        scale = np.abs(other["g"]).max()
        np.testing.assert_allclose(mine["r"], other["r"], rtol=1e-9)
        np.testing.assert_allclose(mine["g"], other["g"], atol=1e-7 * scale)
        seen, right = mine["observation"], other["observation"]
        assert set(seen) == set(right)
        if "error" in right:
            assert seen == right
            continue
        assert seen["notes"] == right["notes"], other["name"]
        np.testing.assert_allclose(seen["r"], right["r"], rtol=1e-9)
        np.testing.assert_allclose(seen["g"], right["g"], atol=1e-7 * scale)


def test_the_shared_examples_are_read_as_by_the_package(opened):
    assert_read_alike(opened, sorted(p for p in MEASURED.iterdir() if not p.name.startswith(".")))


def test_what_the_package_refuses_or_warns_of_the_page_does_too(opened, tmp_path):
    curve = (MEASURED / "bare.gr").read_text()
    files = []
    for name, content in spoiled_files.spoiled(curve).items():
        path = tmp_path / name
        path.write_bytes(content)
        files.append(path)
    assert_read_alike(opened, files)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("cut.gr.gz", gzip.compress(bytes(range(256)) * 50)[:300], "damaged or cut off"),
        ("cut.zip", b"PK\x03\x04" + bytes(50), "the zip archive is damaged or cut off"),
        ("other.gr.xz", b"\xfd7zXZ\x00" + bytes(50), "no .bz2 and .xz; unpack the file first"),
    ],
)
def test_archives_that_the_browser_cannot_unpack(opened, tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    choose(opened, path)
    assert words in opened.locator("article.refused").inner_text()
    assert opened.faults == []


def test_splines_and_numbers_are_those_of_the_package(opened):
    random = np.random.default_rng(5)
    r = np.cumsum(random.uniform(0.01, 0.2, 300))
    g = random.normal(size=300)
    script = (
        "([r, g]) => [...resample(Float64Array.from(r), Float64Array.from(g), pageData().grid)]"
    )
    said = opened.evaluate(script, [r.tolist(), g.tolist()])
    np.testing.assert_allclose(said, resample(r, g, small_page.GRID.r), atol=1e-9)
    numbers = [0, 1, -2.5, 1e-5, 123456.7, 1234567.8, 0.1, 1 / 3, 99.995, 1e22, 1e-320]
    words = opened.evaluate("(x) => x.map((v) => [general(v), general(v, 3)])", numbers)
    assert words == [[f"{v:g}", f"{v:.3g}"] for v in numbers]
    values = random.normal(size=301).tolist()
    power = opened.evaluate("(x) => [...spectrumPower(Float64Array.from(x))]", values)
    np.testing.assert_allclose(power, np.abs(np.fft.rfft(values)) ** 2, rtol=1e-9, atol=1e-9)


def test_a_page_without_a_model_names_look_alikes_alone(page, tmp_path):
    context = {**small_page.CONTEXT, "has_model": False, "model_note": "None can be computed."}
    small_page.write_page(tmp_path / "identify.html", None, context)
    page.goto((tmp_path / "identify.html").as_uri())
    choose(page, nickel(tmp_path))
    captions = page.locator("article caption").all_inner_texts()
    assert len(captions) == 1
    assert captions[0].startswith("Closest structures")
    assert "This page holds no model" in page.locator("main").inner_text()
    assert page.faults == []


def test_the_studys_own_page_answers_and_the_report_leads_to_it(page, finished):
    results = finished.folder / "results"
    page.goto((results / "report.html").as_uri())
    page.locator("a[href='identify.html']").first.click()
    assert page.locator("h1").inner_text() == "What could this G(r) be?"
    choose(page, finished.folder / "resources" / "measured" / "nickel.gr")
    types, structures = page.locator("article table").all()
    assert types.locator("tbody tr").count() > 1
    assert "fcc" in structures.locator("tbody tr").first.inner_text()
    # Nearest neighbours are no network; the next best model is in the page, and named.
    assert "The selected model (knn)" in page.locator("main").inner_text()
    assert "Model: logistic gradient" in page.locator("footer").inner_text()
    assert page.faults == []
    recorded = json.loads((results / "provenance.json").read_text())
    assert "results/identify.html" in recorded["results"]["write_identify_page"]["files"]
