"""What is Google's own: how it says that it is asked too often."""

import pytest
from tests.fakes.directories import Answer, World

from atesaki.directory.errors import DirectoryBusy, DirectoryError
from atesaki.directory.port import Directory

OLD = [{"domain": "usageLimits", "reason": "rateLimitExceeded", "message": "Quota exceeded"}]
NEW = [
    {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com"},
    {"@type": "type.googleapis.com/google.rpc.Help", "links": []},
]


@pytest.mark.parametrize(
    "told",
    [
        {"errors": OLD},
        {"errors": OLD, "details": NEW},
        {"details": NEW},
        {"errors": [{"reason": "dailyLimitExceeded"}]},
    ],
)
def test_too_many_questions_are_no_closed_group(google: Directory, world: World, told: dict[str, object]) -> None:
    """Taken for a group that isn't ours to read, a full quota would leave the members of a group within it out."""
    world.group("g2", "Night shift", "night@hall.example", "outsider:x@gmail.com")
    world.group("g1", "Volunteers", "", "g2")
    page: Answer = (200, {}, {"members": [{"id": "g2", "email": "night@hall.example", "type": "GROUP"}]})
    error = {"code": 403, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED", **told}
    world.troubles = [page, *[(403, {}, {"error": error})] * 3]
    with pytest.raises(DirectoryBusy):
        google.members("g1")


@pytest.mark.parametrize("body", [b"", [], [{}], {"error": "no"}, {"error": {"errors": "x", "details": [1]}}, {}])
def test_a_refusal_in_any_shape_is_an_error_of_the_directory(google: Directory, world: World, body: object) -> None:
    """Google's library itself stumbles over some; the roster's page has to say so, and no more."""
    world.always = (403, {}, body)
    with pytest.raises(DirectoryError):
        google.members("g1")
