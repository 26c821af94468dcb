"""An auditor in a real browser: from a question to the decision, the unmasking, the export and its proof."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import violations, violations_in_light_and_dark
from tests.browser.conftest import SignIn
from tests.browser.steps import until_indexed
from tests.server import Server, running_server
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

VOLUNTEERS = [f"v{number:02}@{('gmail.com', 'docomo.ne.jp', 'yahoo.co.jp')[number % 3]}" for number in range(26)]

CUT = """() => [...document.querySelectorAll('main *')]
    .filter(each => each.clientWidth && each.scrollWidth > each.clientWidth + 1).map(each => each.outerHTML)"""


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which 26 volunteers were nearly shown to each other, and were moved to Bcc."""
    with running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as server:
        message = {"sender": {"address": "staff@hall.example"}, "to": [{"address": text} for text in VOLUNTEERS]}
        body = {"message": {**message, "cc": [], "bcc": [], "subject": "Saturday"}, "client": {"app": "outlook"}}
        decision = server.client.post("/v1/decisions", json=body).raise_for_status().json()
        outcome = f"/v1/decisions/{decision['decision_id']}/outcome"
        server.client.post(outcome, json={"outcome": "fixed"}).raise_for_status()
        server.admin.post("/v1/journal/checkpoint").raise_for_status()
        until_indexed(server)
        yield server


def _decision(page: Page, address: str) -> None:
    page.get_by_label("Recipient's address").fill(address)
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator("table a").first.click()


def test_from_an_address_to_the_proven_decision(signed_in: SignIn, audited: Server) -> None:
    """The address finds the mail without standing in the link; the page says what happened and proves it."""
    page = signed_in(audited, "auditor", path="/journal?lang=en", email="audit@hall.example")
    _decision(page, "v03@gmail.com")
    main = page.locator("main")
    expect(main).to_contain_text("26 people would each learn 25 addresses")
    expect(main).to_contain_text("Fixed")
    expect(main).to_contain_text("Proven: this record stands under a signed checkpoint")
    expect(main).not_to_contain_text("v03@gmail.com")
    assert "v03" not in page.url


def test_unmasking_asks_what_for_and_an_admin_sees_it(signed_in: SignIn, audited: Server) -> None:
    """The purpose stands beside the data, and in the list that admins read."""
    page = signed_in(audited, "auditor", path="/journal?lang=en", email="audit@hall.example")
    _decision(page, "v03@gmail.com")
    page.get_by_label("What for").fill("call the volunteers")
    page.get_by_role("button", name="Show the personal data").click()
    expect(page.locator("main")).to_contain_text("v03@gmail.com")
    admin = signed_in(audited, "admin", path="/journal/looks?lang=en")
    expect(admin.locator("main")).to_contain_text("call the volunteers")
    expect(admin.locator("main")).to_contain_text("audit@hall.example")


def test_the_export_verifies_without_the_server(signed_in: SignIn, audited: Server, tmp_path: Path) -> None:
    """What the auditor takes home is proven by the file alone."""
    page = signed_in(audited, "auditor", path="/journal?lang=en")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()
    path = tmp_path / "export.jsonl"
    saved.value.save_as(path)
    command = [str(Path(sys.executable).with_name("atesaki")), "journal", "verify", str(path)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.parametrize("path", ["/journal", "/journal/overview", "/journal/looks"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_axe_finds_nothing(signed_in: SignIn, audited: Server, path: str, lang: str) -> None:
    """Tables, charts and forms have names and contrast."""
    assert violations(signed_in(audited, "auditor", path=f"{path}?lang={lang}")) == []


def test_axe_finds_nothing_on_a_decision(signed_in: SignIn, audited: Server) -> None:
    """In both schemes."""
    page = signed_in(audited, "auditor", path="/journal?lang=en")
    _decision(page, "v03@gmail.com")
    assert violations_in_light_and_dark(page) == []


@pytest.mark.parametrize("path", ["/journal", "/journal/overview"])
def test_nothing_is_cut_off_on_a_narrow_screen(signed_in: SignIn, audited: Server, path: str) -> None:
    """At 320 pixels only tables scroll sideways, inside themselves."""
    page = signed_in(audited, "auditor", path=f"{path}?lang=ja", viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(("lang", "said"), [("en", "Near misses prevented"), ("ja", "防いだ事故")])
def test_the_monthly_report_prints_as_a_document(
    signed_in: SignIn, audited: Server, tmp_path: Path, lang: str, said: str
) -> None:
    """On paper and as a PDF: the numbers without navigation, buttons and forms."""
    page = signed_in(audited, "auditor", path=f"/journal/overview?lang={lang}")
    page.emulate_media(media="print")
    expect(page.locator("main")).to_contain_text(said)
    for screen_only in (page.locator("nav.places"), page.locator("form").first, page.locator("header.site")):
        expect(screen_only).to_be_hidden()
    path = tmp_path / "report.pdf"
    page.pdf(path=path, format="A4")
    assert path.read_bytes().startswith(b"%PDF-")


def test_the_report_fits_on_paper_with_the_numbers_behind_its_charts(signed_in: SignIn, audited: Server) -> None:
    """Nothing stands beyond the edge of an A4 sheet (18 cm of text), and what is folded on the screen is printed."""
    page = signed_in(audited, "auditor", path="/journal/overview?lang=ja", viewport={"width": 680, "height": 1000})
    page.emulate_media(media="print")
    numbers = page.locator("details table")
    expect(numbers).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(numbers).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(numbers).to_be_hidden()


def test_a_decision_is_printed_whole(signed_in: SignIn, audited: Server) -> None:
    """As evidence on paper: the rule as it stood and the proof itself, no form, nothing beyond the edge."""
    page = signed_in(audited, "auditor", path="/journal?lang=en", viewport={"width": 680, "height": 1000})
    _decision(page, "v03@gmail.com")
    expect(page.get_by_role("button", name="Print or save as PDF")).to_be_visible()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for printed in (page.get_by_text("Public key"), page.locator("details pre, details .code").first):
        expect(printed).to_be_visible()
    for screen_only in (page.get_by_label("What for"), page.get_by_role("link", name="Back to the journal")):
        expect(screen_only).to_be_hidden()
    assert page.evaluate(CUT) == []


def test_the_legend_of_the_chart_keeps_its_colours(signed_in: SignIn, audited: Server) -> None:
    """Where the system forces its colours, the chart has its own, and the legend must say which is which."""
    page = signed_in(audited, "auditor", path="/journal/overview?lang=en", forced_colors="active")
    colour = "each => getComputedStyle(each).backgroundColor"
    colours = {page.locator(f".swatch-{number}").first.evaluate(colour) for number in (0, 2)}
    assert len(colours) == 2


def test_the_numbers_of_a_chart_can_be_read_on_a_phone(signed_in: SignIn, audited: Server) -> None:
    """It begins at the newest day and is moved sideways, by keyboard too, instead of being shrunk with its text."""
    page = signed_in(audited, "auditor", path="/journal/overview?lang=ja", viewport={"width": 360, "height": 640})
    text = page.locator(".chart-text").first.bounding_box()
    assert text is not None
    assert text["height"] > 9
    page.get_by_role("group", name="メールの推移").focus()
    page.keyboard.press("ArrowLeft")
    # Not by `wait_for_function`, which waits in the page by what our pages forbid (eval).
    wait_until(lambda: page.evaluate("document.activeElement.scrollLeft") < 0)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
