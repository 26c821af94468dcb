"""One thing that `atesaki doctor` looked at, and how it stands."""

from functools import partial
from typing import Literal

from msgspec import Struct

State = Literal["ok", "advice", "problem"]


class Diagnosis(Struct, frozen=True):
    """One thing that was looked at; `mend` says what to do where it is not well."""

    state: State
    subject: str
    sentence: str
    mend: str = ""


ok = partial(Diagnosis, "ok")
advice = partial(Diagnosis, "advice")
problem = partial(Diagnosis, "problem")
