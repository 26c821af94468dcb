"""What the journal tells of sending from Gmail."""

from typing import Any

from tests.browser.gmail.gmail import Gmail
from tests.browser.told import line_of
from tests.server import Server


class Story:
    """The journal's records about sending since the test began."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._before = {record["record_id"] for record in self._records()}

    def _records(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._server.admin.get("/v1/journal").raise_for_status().json()["records"]
        return list(reversed(found))

    def told(self) -> list[str]:
        """What happened at Send and after it, oldest first; looks while composing are left out."""
        new = [record for record in self._records() if record["record_id"] not in self._before]
        return [line for record in new if (line := line_of(record["kind"], record["body"]))]

    def wait_for(self, *lines: str) -> None:
        """Wait until the journal tells exactly this."""
        for _ in range(50):
            if self.told() == list(lines):
                return
            self._page.wait_for_timeout(100)
        assert self.told() == list(lines)

    def on(self, gmail: Gmail) -> "Story":
        """Let the waiting happen on a page, so that the browser goes on meanwhile."""
        self._page = gmail.page
        return self
