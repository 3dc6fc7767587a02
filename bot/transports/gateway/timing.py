"""How patient the line to the gateway is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, all of them; the defaults suit a gateway that may be on another continent.

    A line on which nothing was heard for ``ding_every`` is asked for a sign of life and given up
    after ``dead_after``. While another client holds the line, it is taken over after
    ``takeover_after``, at most once in ``takeover_every`` and ``takeovers_a_day`` times a day.
    An event whose details are slow holds the later ones for ``hold`` at most; it is asked for again
    until ``give_up``, and then logged as lost. Before something is sent, a line on which nothing
    was heard for ``fresh`` proves within ``knock`` that it is alive.
    """

    connect: float = 10.0
    deadline: float = 30.0
    file_deadline: float = 300.0
    file_silence: float = 60.0
    ding_every: float = 20.0
    dead_after: float = 15.0
    takeover_after: float = 60.0
    takeover_every: float = 600.0
    takeovers_a_day: int = 6
    first_pause: float = 0.5
    longest_pause: float = 30.0
    settled: float = 60.0
    hold: float = 3.0
    retry_first: float = 0.2
    retry_longest: float = 5.0
    give_up: float = 90.0
    fresh: float = 2.0
    knock: float = 5.0
    contacts_kept: float = 3600.0
    rooms_kept: float = 3600.0


USUAL = Timing()
