"""The Chinese calendar as a service needs it: work days, lunar days, service hours."""

from knowledge.calendar.days import Calendar, DayKind, read_overrides
from knowledge.calendar.hours import Hours
from knowledge.calendar.lunar import (
    SOLAR_TERMS,
    LunarDate,
    lunar,
    lunar_occurrence,
    lunar_occurrences,
    solar_term,
    solar_term_occurrence,
)
from knowledge.calendar.weekly import read_week

__all__ = [
    "SOLAR_TERMS",
    "Calendar",
    "DayKind",
    "Hours",
    "LunarDate",
    "lunar",
    "lunar_occurrence",
    "lunar_occurrences",
    "read_overrides",
    "read_week",
    "solar_term",
    "solar_term_occurrence",
]
