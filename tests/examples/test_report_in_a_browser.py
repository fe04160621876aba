"""The report in a real browser: no console message, no request but the file itself, nothing that axe faults."""

import shutil

import fake_results
import pytest

from ccsim.report.page import write_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
playwright = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine", allow_module_level=True)

QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("made", [fake_results.run_result, fake_results.compare_result], ids=["run", "compare"])
def test_a_report_opens_quietly_and_is_accessible(browser, tmp_path, made, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    url = write_page(made(), tmp_path).as_uri()
    page = browser.new_context(color_scheme=scheme).new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(url)

    assert (said, asked) == ([], [url])
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_report_fits_a_telephone(browser, tmp_path):
    url = write_page(fake_results.compare_result(), tmp_path).as_uri()
    page = browser.new_context(viewport={"width": 360, "height": 800}).new_page()

    page.goto(url)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_folded_away_on_the_screen_is_printed(browser, tmp_path):
    page = browser.new_page()
    page.goto(write_page(fake_results.compare_result(), tmp_path).as_uri())
    table = page.locator("details table").first

    assert not table.is_visible()
    page.emulate_media(media="print")
    assert table.is_visible()


def test_a_name_with_a_script_in_it_is_shown_and_not_run(browser, tmp_path):
    name = "<img src=x onerror=alert(1)>"
    page = browser.new_page()
    asked = []
    page.on("dialog", lambda dialog: asked.append("dialog") or dialog.dismiss())
    page.on("request", lambda request: asked.append(request.url))

    page.goto(url := write_page(fake_results.run_result(question=name), tmp_path).as_uri())

    assert page.locator("h1").inner_text() == name
    assert asked == [url]
