"""InboxSDK tells nobody anything: its requests end in the browser, while Gmail is guarded all the same."""

import socket
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright
from tests.browser.gmail.gmail import VOLUNTEERS, guarded_browser

pytestmark = pytest.mark.browser

HOSTS = ("api.inboxsdk.com", "pubsub.googleapis.com")
TOPIC = "https://pubsub.googleapis.com/v1/projects/mailfoogae/topics/events:publish"


class Trap:
    """A server that answers nothing and counts who comes."""

    def __init__(self, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self.visits = 0
        self._listener = listener

    def serve(self) -> None:
        """Count every connection until the socket is closed."""
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    """Stand where the hosts of InboxSDK would be."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = Trap(listener)
    thread = threading.Thread(target=made.serve, name="trap", daemon=True)
    thread.start()
    yield made
    # Wakes the thread, which `close` alone doesn't.
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_no_request_reaches_the_hosts_of_inboxsdk(
    playwright: Playwright, policy: dict[str, object], trap: Trap
) -> None:
    """It does try: the requests are seen, and each is stopped by our own rules before it leaves."""
    rules = ", ".join(f"MAP {host} 127.0.0.1:{trap.port}" for host in HOSTS)
    with guarded_browser(playwright, policy, flags=[f"--host-resolver-rules={rules}"]) as guarded:
        gmail = guarded.open()
        gmail.write()
        gmail.page.locator(".inboxsdk__compose").wait_for()
        gmail.fill(VOLUNTEERS)
        gmail.press_send()
        gmail.expect_held()
        gmail.page.evaluate("url => fetch(url, {mode: 'no-cors', method: 'POST'}).catch(() => 0)", TOPIC)
        gmail.page.wait_for_timeout(1_000)
        tried = [line for line in guarded.failed if any(host in line for host in HOSTS)]
        assert {line.split("/")[2] for line in tried} == set(HOSTS)
        assert [line for line in tried if "ERR_BLOCKED_BY_CLIENT" not in line] == []
        assert trap.visits == 0
        # The trap would have noticed: another address on the same host is not blocked.
        gmail.page.evaluate("fetch('https://pubsub.googleapis.com/other', {mode: 'no-cors'}).catch(() => 0)")
        gmail.page.wait_for_timeout(300)
        assert trap.visits > 0
