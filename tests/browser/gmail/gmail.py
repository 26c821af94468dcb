"""A Chromium with the built extension, a fake Gmail on the real origin, and the real backend behind it."""

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import BrowserContext, Locator, Page, Playwright, Request, Route, expect
from tests.browser.conftest import CHROMIUM, FLAGS

BUILT = Path(__file__).parents[3] / "manifest/dist/gmail/extension"
"""Made by `make setup` with the other clients."""

GMAIL = "https://mail.google.com/mail/u/0/"
POPOUT = "https://mail.google.com/mail/u/0/popout"
SCRIPT = Path(__file__).with_name("fake_gmail.js")

SENDER = "staff@hall.example"
VOLUNTEERS = [f"volunteer{number:02}@gmail.com" for number in range(1, 27)]

_SHELL = """<!doctype html><html lang="{lang}"><head><title>{title}</title>
<style>.GS{{width:30rem}} [role=option]{{display:inline-block;margin:2px;border:1px solid #999}}
[g_editable]{{min-height:3em;border:1px solid #ccc}}
[role=dialog],.M9{{border:1px solid;margin:4px;background:#fff}}</style>
<script>GLOBALS=[];GLOBALS[4]='x.{lang}.';GLOBALS[9]='ik';GLOBALS[10]='{sender}';GLOBALS[17]=[['p',[]]]</script></head>
<body class="{body}">{content}<script>{script}</script></body></html>"""

_INBOX = """<div class="dw"><div class="nH"><div class="nH"><div class="no"></div></div></div></div>
<div class="aSs"><div class="aSt"></div></div>
<div role="list"><div role="listitem" class="adn"><span class="gD" email="boss@city.example">Boss</span>
<span class="g2" email="{sender}">me</span><div class="ip"></div></div></div>"""


Adapters = Literal["both", "inboxsdk", "dom", "none"]

UNHURRIED = ".interval(2e3,void 0)"
"""With which InboxSDK looks for the place of Gmail's mails until it is there; that takes two seconds of each page."""

OWN_ADAPTER = "watch.use(new DomAdapter((root) => sdk?.owns(root) ?? false));"
"""The line of the built script that starts our own adapter."""


class Gmail:
    """One page of the fake Gmail, and what a person does on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialog = page.locator("[data-atesaki] dialog")
        self._mails = 0

    def write(self, where: str = "window", **options: object) -> int:
        """Open a mail; returns its index."""
        self.page.evaluate("([where, options]) => openMail(where, options)", [where, options])
        self._mails += 1
        return self._mails - 1

    def fill(self, addresses: Sequence[str], field: str = "to", mail: int = 0) -> None:
        """Put recipients into a field."""
        self.page.evaluate("([mail, field, list]) => fill(mail, field, list)", [mail, field, list(addresses)])

    def mail(self, index: int = 0) -> Locator:
        """Return the element of one mail, by the order in which they were opened."""
        return self.page.locator(f'[aria-label$=" {index + 1}"]:has(> .aaZ)')

    def button(self, mail: int = 0) -> Locator:
        """Return Send of one mail."""
        return self.mail(mail).locator(".aoO")

    def press_send(self, mail: int = 0) -> None:
        """Click on Send."""
        self.button(mail).click()

    def type_body(self, text: str, mail: int = 0) -> Locator:
        """Write into the body and leave the focus there."""
        body = self.mail(mail).locator("[g_editable]")
        body.click()
        body.press_sequentially(text)
        return body

    @property
    def sent(self) -> list[dict[str, Any]]:
        """What really left."""
        sent: list[dict[str, Any]] = self.page.evaluate("sent")
        return sent

    def wait_for_sent(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait until so many mails have left, and a little longer for one too many."""
        self.page.wait_for_function("count => sent.length >= count", arg=count)
        self.page.wait_for_timeout(300)
        assert len(self.sent) == count
        return self.sent

    def expect_held(self) -> Locator:
        """Wait for the dialog with a judgement; nothing has left."""
        expect(self.dialog.locator(".verdict")).to_be_visible()
        assert self.sent == []
        return self.dialog

    def keep_draft(self) -> None:
        """Close the dialog without sending."""
        self.page.keyboard.press("Escape")
        expect(self.dialog).to_have_count(0)

    def press(self, name: str) -> None:
        """Press a button of the dialog."""
        self.dialog.get_by_role("button", name=name).click()

    def unfold(self, name: str) -> None:
        """Open a folded part of the dialog."""
        self.dialog.locator("summary", has_text=name).click()


_SEE_IT_STOP = """() => {
  window.stopped = new Promise((done) => {
    const look = () => document.body.innerText.includes('STOPPED') && done(true);
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}"""


class Guarded:
    """A browser with the extension; `asked` are the bodies of what the backend was asked, `failed` lost requests."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.asked: list[dict[str, Any]] = []
        self.failed: list[str] = []
        self._spare: Page | None = None
        context.on("request", self._note)
        context.on("requestfailed", lambda request: self.failed.append(f"{request.url} {request.failure}"))

    def _note(self, request: Request) -> None:
        if request.url.endswith("/v1/decisions") and request.method == "POST":
            body: dict[str, Any] = json.loads(request.post_data or "{}")
            self.asked.append(body)

    def open(self, lang: str = "en", url: str = GMAIL) -> Gmail:
        """Open a page of Gmail in a language, in the tab that was put back if there is one."""
        page, self._spare = self._spare or self.context.new_page(), None
        page.set_default_timeout(10_000)
        page.goto(f"{url}?lang={lang}")
        return Gmail(page)

    def put_back(self, gmail: Gmail) -> None:
        """Leave a page and keep its tab for the next: there Chromium has read the 2 MB of InboxSDK already."""
        if not gmail.page.is_closed():
            gmail.page.goto("about:blank")
            self._spare = gmail.page

    def worker_id(self) -> str:
        """Return the extension's id."""
        workers = self.context.service_workers
        worker = workers[0] if workers else self.context.wait_for_event("serviceworker")
        return worker.url.split("/")[2]

    def worker_killer(self) -> Page:
        """Open Chromium's own page whose one button Stop ends the extension's worker, whatever it is doing."""
        page = self.context.new_page()
        page.goto("chrome://serviceworker-internals")
        page.get_by_role("button", name="Stop").wait_for()
        return page

    def kill_worker(self) -> None:
        """Stop the extension's worker; return once it was gone, though a question may have woken it since."""
        page = self.worker_killer()
        page.evaluate(_SEE_IT_STOP)
        # A worker that a question wakes at once may be back before Chromium's page has drawn that it was gone.
        for _ in range(5):
            page.get_by_role("button", name="Stop").click()
            if page.evaluate("Promise.race([stopped, new Promise(done => setTimeout(done, 3000, false))])"):
                page.close()
                return
        raise AssertionError("the worker was never seen to stop")

    def update(self) -> None:
        """Replace the running extension under its pages, as an update does."""
        page = self.context.new_page()
        page.goto(f"chrome-extension://{self.worker_id()}/options.html")
        page.evaluate("setTimeout(() => chrome.runtime.reload(), 0)")
        page.wait_for_event("close")


def answer_as_gmail(route: Route) -> None:
    """Serve the fake page, whatever path of Gmail is asked for."""
    lang = route.request.url.partition("lang=")[2] or "en"
    popout = "popout" in route.request.url
    content = "" if popout else _INBOX.format(sender=SENDER)
    body = _SHELL.format(
        lang=lang,
        title=f"Inbox (3) - {SENDER} - Gmail",
        sender=SENDER,
        body="xE xp" if popout else "x",
        content=content,
        script=SCRIPT.read_text(),
    )
    route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)


@contextlib.contextmanager
def guarded_browser(
    playwright: Playwright,
    policy: Mapping[str, object],
    *,
    adapters: Adapters = "both",
    flags: Sequence[str] = (),
    **profile: Any,  # noqa: ANN401  # Playwright's own options.
) -> Iterator[Guarded]:
    """Start Chromium with a copy of the extension whose policy is `policy` and that has these adapters."""
    with tempfile.TemporaryDirectory() as folder:
        extension = prepared(Path(folder) / "extension", policy, adapters)
        context = playwright.chromium.launch_persistent_context(
            Path(folder) / "profile",
            executable_path=CHROMIUM,
            args=[*FLAGS, f"--disable-extensions-except={extension}", f"--load-extension={extension}", *flags],
            ignore_default_args=["--disable-extensions"],
            **profile,
        )
        try:
            context.route("https://mail.google.com/**", answer_as_gmail)
            yield Guarded(context)
        finally:
            context.close()


def prepared(folder: Path, policy: Mapping[str, object], adapters: Adapters) -> Path:
    """Copy the built extension; its worker is told the policy that Chrome would hand over from the system.

    To prove that each adapter stands by itself, the other one is taken out of the copy.
    """
    shutil.copytree(BUILT, folder)
    told = f"chrome.storage.managed.get = async () => ({json.dumps(dict(policy))});\n"
    for name in ("worker.js", "options.js"):
        (folder / name).write_text(told + (folder / name).read_text())
    if adapters in {"dom", "none"}:
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["content_scripts"] = manifest["content_scripts"][: 1 if adapters == "dom" else 0]
        (folder / "manifest.json").write_text(json.dumps(manifest))
    if adapters == "inboxsdk":
        _replace(folder / "content.js", OWN_ADAPTER, "")
        _replace(folder / "inboxsdk.js", UNHURRIED, ".interval(50,void 0)")
    return folder


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
