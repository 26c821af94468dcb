"""The routes of the pages about personal data."""

from __future__ import annotations

from atesaki.console.rights import erasing, holding, looking, periods
from atesaki.console.rights.ports import Ports
from atesaki.console.shell.navigation import ADMIN, AUDITORS
from atesaki.console.shell.pages import Pages


def add_routes(pages: Pages, ports: Ports) -> None:
    """Register the pages: admins ask for erasures and set periods; any second person of the journal may approve."""
    look = looking.Routes(ports.lookup)
    pages.get("/journal/people", look.show, roles=AUDITORS)
    pages.post("/journal/people", look.find, roles=AUDITORS)
    erase = erasing.Routes(ports.erasures)
    pages.get("/journal/people/erasures", erase.show, roles=AUDITORS)
    pages.post("/journal/people/erasures", erase.ask_for, roles=ADMIN)
    pages.post("/journal/people/erasures/{erasure_id}/approve", erase.approve, roles=AUDITORS)
    pages.post("/journal/people/erasures/{erasure_id}/refuse", erase.refuse, roles=AUDITORS)
    hold = holding.Routes(ports.holds)
    pages.get("/journal/people/holds", hold.show, roles=AUDITORS)
    pages.post("/journal/people/holds", hold.place, roles=AUDITORS)
    pages.post("/journal/people/holds/{hold_id}/lift", hold.lift, roles=AUDITORS)
    keep = periods.Routes(ports.retention)
    pages.get("/journal/people/periods", keep.show, roles=AUDITORS)
    pages.post("/journal/people/periods", keep.save, roles=ADMIN)
