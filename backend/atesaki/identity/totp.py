"""Codes of an authenticator app (RFC 6238): each is taken once, and a code of the minute before still counts."""

import datetime as dt
import io
from typing import Final

import pyotp
import segno

ISSUER: Final = "Atesaki"
_STEP: Final = 30
_DRIFT: Final = 1
"""Steps of thirty seconds by which a phone's clock may differ (RFC 6238 §5.2)."""


def new_secret() -> str:
    """Return a secret of 160 bits in Base32, as apps read it (RFC 4226 §4)."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: dt.datetime) -> int | None:
    """Return the time step that a code is right for, `None` where it is wrong; a step is to be used once."""
    code = code.replace(" ", "")
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // _STEP
    if not (code.isascii() and code.isdecimal()):
        return None
    # All are compared, so that how long it takes tells nothing.
    right = [
        step for step in range(current - _DRIFT, current + _DRIFT + 1) if totp.verify(code, for_time=_moment(step))
    ]
    return max(right, default=None)


def provisioning_uri(secret: str, name: str) -> str:
    """Return what an authenticator app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def picture(uri: str) -> bytes:
    """Return the picture of an address as SVG, dark on light in any colour scheme."""
    buffer = io.BytesIO()
    segno.make(uri, error="m").save(buffer, kind="svg", scale=6, border=4, light="#fff", xmldecl=False)
    return buffer.getvalue()


def _moment(step: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(step * _STEP, dt.UTC)
