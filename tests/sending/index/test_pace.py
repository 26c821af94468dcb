"""The pace of indexing: at once in ordinary hours, out of the way in busy ones, but never for ever."""

from atesaki.sending.index.pace import BUSY_PATIENCE, CALM_SECONDS, IDLE_SECONDS, REST, Pace


class World:
    """A clock and a lag that are set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.lag = 0
        self.pace = Pace(lambda: self.lag, lambda: self.now)

    def after(self, seconds: float, *, records: int = 0) -> bool:
        """Let time pass and records come in; tell whether there is work."""
        self.now += seconds
        self.lag += records
        return self.pace.may_work()

    def indexes(self, records: int, seconds: float) -> float:
        """Do a turn of so many records in so many seconds."""

        def turn() -> int:
            self.now += seconds
            self.lag -= records
            return records

        return self.pace.work(turn)


def test_what_comes_in_at_an_ordinary_pace_is_indexed_at_once() -> None:
    """Nobody waits for figures in a calm office."""
    world = World()
    assert not world.after(1)
    assert world.after(1, records=3)


def test_a_backlog_at_the_start_is_worked_off() -> None:
    """What was left by the last process is no sign of a busy hour."""
    world = World()
    world.lag = 100_000
    assert world.after(1)


def test_a_busy_hour_is_left_to_those_who_send() -> None:
    """After it, there has to be some calm first."""
    world = World()
    world.after(1)
    assert not world.after(1, records=500)
    assert not world.after(5)
    assert not world.after(1, records=500)
    assert not world.after(CALM_SECONDS - 1)
    assert world.after(1)


def test_patience_ends() -> None:
    """Where it is always busy, the index comes later, not never."""
    world = World()
    world.after(1)
    waited = [world.after(1, records=500) for _ in range(int(BUSY_PATIENCE) + 1)]
    assert not any(waited[:-2])
    assert waited[-1]


def test_own_work_is_no_sign_of_calm() -> None:
    """What was indexed meanwhile doesn't hide what came in."""
    world = World()
    world.lag = 1_000
    assert world.after(1)
    assert world.indexes(100, 0.5) == REST * 0.5
    assert not world.after(0.5, records=90)
    assert world.indexes(0, 0.1) == IDLE_SECONDS
