"""The Chinese calendar as a service needs it: work days, lunar days, service and quiet hours."""

from knowledge.calendar.days import Calendar, DayKind, read_overrides
from knowledge.calendar.hours import Hours, QuietHours
from knowledge.calendar.lunar import (
    SOLAR_TERMS,
    LunarDate,
    lunar,
    lunar_occurrence,
    lunar_occurrences,
    solar_term,
    solar_term_occurrence,
)

__all__ = [
    "SOLAR_TERMS",
    "Calendar",
    "DayKind",
    "Hours",
    "LunarDate",
    "QuietHours",
    "lunar",
    "lunar_occurrence",
    "lunar_occurrences",
    "read_overrides",
    "solar_term",
    "solar_term_occurrence",
]
