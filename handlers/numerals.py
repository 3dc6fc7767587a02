"""Numbers as people write them: 3, 三, 两, 十二."""

NUMERALS = {word: number for number, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


def number(word: str) -> int:
    """Read digits, or Chinese numerals below a hundred; raises KeyError for other words."""
    if word.isdecimal():
        return int(word)
    tens, ten, ones = word.rpartition("十")
    return (10 * NUMERALS.get(tens, 1) if ten else 0) + (NUMERALS[ones] if ones else 0)
