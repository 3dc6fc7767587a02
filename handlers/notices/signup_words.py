"""How people sign up, cancel and check in: the words they type, and the lists they make."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

from handlers.numerals import NUMERALS

HEADS = r"(?:个人|[人位个名])"
NUMBER = r"(\d{1,3}|[一二两三四五六七八九十])"
PARTY = re.compile(rf"(?:一?共)?{NUMBER}\s*{HEADS}")
MORE = re.compile(
    rf"(?:\+|加|再加|带|我带|还带)\s*{NUMBER}\s*[人位个名]?(?:人|朋友|家人|孩子|同事)?"
)
MENTIONED = re.compile(r"^(?:@[^\u2005\s]{1,40}[\u2005\s]+)+|(?:@[^@\u2005\s]{1,40}[\u2005\s]*)+$")
ANY = "报名"  # said without telling for what
JUST_ME_TOO = re.compile(r"\+\s*([1-9]|10)")
LESS = re.compile(r"\+\d{1,2}(?:取消|不去了|不来了)|取消\+\d{1,2}")
OUT = re.compile(r"我?(?:先|就)?不(?:报名|参加)了|我?(?:退出|撤销)报名")
COMPANY = re.compile(r"[和跟带俩家人位口]|一起|朋友")
ASKS = re.compile(r"[?？吗呢么]|怎|什么|多少|几|费|截止|如何|可以|能不能")
OPENINGS = ("", "我", "我要", "我想", "我也", "我也要", "我也想", "帮我")
CHECK_IN = re.compile(r"签到[\s:,]*([0-9a-z]{3,12})")
CHAIN = re.compile(r"#\s*接龙")
CHAIN_LINE = re.compile(r"\s*(\d{1,3})\s*[.、．)）:：]\s*(\S.*?)\s*")
ASIDE = re.compile(
    rf"[(（]?\s*(?:(?:共|一共)?{NUMBER}\s*{HEADS}|\+\s*{NUMBER}\s*[人位个名]?)\s*[)）]?$"
)
TRAILING = " \t\n!！.。~～?？,，、[]👍🙏✋🙋"


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One line of a 接龙 list: whom it names, and how many come with him."""

    name: str
    guests: int = 0


def plain(text: str) -> str:
    """Bring what was typed into one form: width, case, mentions and marks at its end."""
    return normalize("NFKC", MENTIONED.sub("", text)).strip(TRAILING).lower()


def party(text: str, keyword: str) -> int | None:
    """Return how many guests somebody brings who signs up with this word; None if he does not.

    Both texts are ``plain``. 报名 2人 is one guest, and so is 报名+1.
    """
    words = text.replace(" ", "")
    for opening in OPENINGS:
        if words.startswith(opening + keyword):
            rest = words.removeprefix(opening + keyword).strip(TRAILING)
            break
    else:
        return None
    if not rest:
        return 0
    people, more = PARTY.fullmatch(rest), MORE.fullmatch(rest)
    if people is not None:
        return max(_number(people[1]) - 1, 0)
    return _number(more[1]) if more is not None else None


def too(text: str) -> int | None:
    """Return how many guests somebody brings who only says +1 or +2; None if he does not.

    The text is ``plain``. Where others sign up, +2 is two people.
    """
    found = JUST_ME_TOO.fullmatch(text.replace(" ", ""))
    return int(found[1]) - 1 if found is not None else None


def is_unclear(text: str, keyword: str) -> bool:
    """Say whether somebody signs up with company that cannot be counted; both are ``plain``."""
    words = text.replace(" ", "")
    starts = words.startswith(tuple(opening + keyword for opening in OPENINGS))
    return starts and COMPANY.search(words) is not None and ASKS.search(words) is None


def counts_back(text: str) -> bool:
    """Say whether somebody takes a +1 back: +2 取消. The text is ``plain``."""
    return LESS.fullmatch(text.replace(" ", "")) is not None


def cancels(text: str, keyword: str) -> bool:
    """Say whether somebody takes his word back; both texts are ``plain``."""
    words = text.replace(" ", "")
    said = words.removeprefix("我").removeprefix("要")
    return said in (f"取消{keyword}", f"{keyword}取消", f"退出{keyword}", f"撤销{keyword}")


def backs_out(text: str) -> bool:
    """Say whether somebody does not want to come any more: 我不报名了. The text is ``plain``."""
    return OUT.fullmatch(text.replace(" ", "")) is not None


def check_in(text: str) -> str | None:
    """Return the code somebody checks in with; the text is ``plain``."""
    found = CHECK_IN.fullmatch(text)
    return found[1] if found else None


def is_chain(text: str) -> bool:
    """Say whether a message is a 接龙 list."""
    return CHAIN.match(text.lstrip()) is not None


def read_chain(text: str) -> tuple[str, list[ChainLine]]:
    """Read a 接龙 list: what it is about, and its lines in order."""
    head, lines = [], []
    for line in text.splitlines():
        found = CHAIN_LINE.fullmatch(line)
        if found is None:
            head.append(line)
        elif found[2].strip():
            lines.append(_chain_line(found[2]))
    return "\n".join(head), lines


def added(before: Iterable[ChainLine], now: Iterable[ChainLine]) -> list[ChainLine]:
    """Return the lines of a list whose names were not in the list before."""
    known = {line.name for line in before}
    return [line for line in now if line.name not in known]


def _chain_line(text: str) -> ChainLine:
    found = ASIDE.search(text)
    if found is None or not text[: found.start()].strip():
        return ChainLine(text.strip())
    guests = _number(found[1]) - 1 if found[1] else _number(found[2])
    return ChainLine(text[: found.start()].strip(), max(guests, 0))


def _number(text: str) -> int:
    return NUMERALS[text] if text in NUMERALS else int(text)
