"""Crystals and a browser as fixtures; how examples are drawn. tests/crystals.py builds crystals."""

import shutil

import crystals
import pytest
from hypothesis import settings

# The same random examples each time, however busy the machine is.
settings.register_profile("pdflearn", deadline=None, derandomize=True, database=None)
settings.load_profile("pdflearn")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def nickel():
    return crystals.fcc()


@pytest.fixture
def magnesium_oxide():
    return crystals.rocksalt()


@pytest.fixture
def titanium_dioxide():
    return crystals.rutile()


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


@pytest.fixture
def page(browser):
    """A page that records what goes wrong and what is asked for."""
    opened = browser.new_page()
    opened.faults, opened.requests = [], []
    opened.on("console", lambda message: opened.faults.append(message.text))
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("dialog", lambda dialog: (opened.faults.append("a dialog"), dialog.dismiss()))
    opened.on("request", lambda request: opened.requests.append(request.url))
    yield opened
    opened.close()
