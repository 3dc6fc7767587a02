"""Text as people type it, which may hold what a database refuses."""

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

# U+FDD0 is no character and never exchanged; PostgreSQL refuses U+0000 in text.
NUL, STAND_IN = "\x00", "\ufdd0"


class Speech(TypeDecorator[str]):
    """What somebody said, to the character, U+0000 included."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value.replace(NUL, STAND_IN) if value and NUL in value else value

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value.replace(STAND_IN, NUL) if value and STAND_IN in value else value
