"""The report in a real browser: no console message, no request but the file itself, nothing that axe faults."""

import shutil
from xml.etree import ElementTree

import fake_results
import pytest

from ccsim.report.page import write_page
from ccsim.report.study_page import write_study_page

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


@pytest.fixture(scope="module")
def urls(tmp_path_factory):
    """The pages of a run, of a comparison and of studies, as files on the disk."""
    folder = tmp_path_factory.mktemp("pages")
    made = {"run": fake_results.run_result(), "compare": fake_results.compare_result(names=("contain", "=open"))}
    many = {"agents": ("9", "10"), "gate.levels": ("1", "5"), "listening": ("off", "on")}
    studies = {
        "grid": fake_results.study_result(many, arms=("contain", "open"), failed=(3,)),
        "tornado": fake_results.study_result(many, design="one at a time around the first values, 4 points"),
    }
    pages = {kind: write_page(result, folder / kind) for kind, result in made.items()}
    pages |= {kind: write_study_page(result, folder / kind) for kind, result in studies.items()}
    return {kind: page.as_uri() for kind, page in pages.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["run", "compare", "grid", "tornado"])
def test_a_report_opens_quietly_and_is_accessible(browser, urls, kind, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    url = urls[kind]
    page = browser.new_context(color_scheme=scheme).new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(url)

    assert (said, asked) == ([], [url])
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("kind", ["compare", "grid", "tornado"])
def test_a_report_fits_a_telephone(browser, urls, kind):
    page = browser.new_context(viewport={"width": 360, "height": 800}).new_page()

    page.goto(urls[kind])

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_folded_away_on_the_screen_is_printed(browser, urls):
    page = browser.new_page()
    page.goto(urls["compare"])
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


@pytest.fixture
def compared(browser, urls):
    """The page of a comparison, opened from the disk."""
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(urls["compare"])
    yield page
    assert said == []
    context.close()


def pasted(page):
    """What the clipboard gives to a field of the page."""
    page.evaluate("document.body.insertAdjacentHTML('afterbegin', '<textarea></textarea>')")
    page.locator("textarea").focus()
    page.keyboard.press("Control+V")
    return page.locator("textarea").input_value()


def test_every_table_is_copied_cell_by_cell(compared):
    button = compared.get_by_role("button", name="Copy table: Service", exact=True)

    button.press("Enter")

    compared.get_by_text("Copied", exact=True).wait_for()
    assert compared.get_by_role("status").inner_text() == "Copied: Service"
    lines = [line.split("\t") for line in pasted(compared).split("\n")]
    assert lines[0] == ["Measure", "contain", "'=open", "'=open − contain"]
    assert lines[1][:3] == ["Service level", "81.2 % ± 1.6", "81.2 % ± 1.6"]
    assert all(cell[:1] not in "=+-@" for line in lines for cell in line if cell)
    assert compared.locator(".tools button").count() >= compared.locator("table").count()


@pytest.mark.parametrize("name", ["differences", "service", "effort"])
def test_every_picture_is_saved_as_a_drawing_and_as_points(compared, name):
    figure = compared.locator(f"#picture-{name}")
    for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG\r\n")):
        with compared.expect_download() as saved:
            figure.get_by_role("button", name=f"Save as {kind}").click()

        assert saved.value.suggested_filename == f"picture-{name}.{kind.lower()}"
        content = saved.value.path().read_bytes()
        assert content.startswith(begins)
        assert len(content) > 20_000
        if kind == "SVG":
            assert ElementTree.fromstring(content).attrib["width"].endswith("pt")


def test_buttons_are_not_printed(compared):
    compared.emulate_media(media="print")

    assert not compared.locator("button").first.is_visible()
