"""What the server logs, whatever level is asked for."""

import pytest

from atesaki.cli.logs import log_config


@pytest.mark.parametrize(
    ("asked", "of_libraries"), [("debug", "WARNING"), ("info", "WARNING"), ("warning", "WARNING"), ("error", "ERROR")]
)
def test_libraries_log_no_address_that_they_ask_about(asked: str, of_libraries: str) -> None:
    """At `debug` urllib3 and Google's client log the path of every call, such as `/v1.0/users/taro@hall.example`."""
    assert log_config(asked)["root"]["level"] == of_libraries
