"""Days that are free or worked, where what the program knows of them is not enough."""

from collections.abc import Iterator
from datetime import date

from bot.config.findings import Finding
from bot.config.people import DaysOff
from bot.config.section import Section


class CalendarSettings(Section):
    """The ``[calendar]`` table: days or stretches that are free (``off``) or worked (``work``)."""

    off: tuple[DaysOff, ...] = ()
    work: tuple[DaysOff, ...] = ()

    def overrides(self) -> dict[date, bool]:
        """Map each of these days to whether it is worked."""
        free = {day: False for stretch in self.off for day in _days(*stretch)}
        return free | {day: True for stretch in self.work for day in _days(*stretch)}


def check_calendar(calendar: CalendarSettings) -> Iterator[Finding]:
    """Report days that are said to be both free and worked."""
    free = {day for stretch in calendar.off for day in _days(*stretch)}
    for number, stretch in enumerate(calendar.work):
        both = sorted(free & set(_days(*stretch)))
        if both:
            text = f"{both[0]} 同时写在 off 和 work 里，请只留一处"
            yield Finding(("calendar", "work", number), text)


def _days(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
