"""What a record of the journal tells of sending, in a few words."""

from typing import Any


def line_of(kind: str, body: dict[str, Any]) -> str | None:
    """Say what a record tells of sending, `None` where that is nothing."""
    match kind:
        case "decision.recorded" if body["client"]["moment"] == "send":
            return str(body["action"])
        case "decision.released":
            return f"released by {body['kind']}"
        case "outcome.reported":
            return str(body["outcome"])
        case _:
            return None
