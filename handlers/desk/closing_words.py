"""What members say when a matter is over: thanks, a rating, a yes, or that they want a person."""

import re
import unicodedata

HUMAN = re.compile(r"(转?人工|人工(客服|服务)|找?客服|转客服|真人)[。.!！~～\s]*")
COURTESY = re.compile(
    r"(好[的哒滴嘞吧呀啊]*|[很真太挺还]?(好|棒|赞|不错|满意)[的了啦哒呀啊]*|非常感谢|"
    r"谢谢?[您你啦了哈哦们]*|多谢|感谢|辛苦[了啦]?|嗯+|ok|okay|行|可以|"
    r"(都|已经)?(收到|解决|搞定|处理好)[了啦]?|没事[了啦]?|没问题|知道[了啦]|明白[了啦]?|不客气|"
    r"再见|拜拜|[👌👍🙏🌹]|\[[^\]]{1,4}\]|[。，,.!！~～\s])+",
    re.IGNORECASE,
)
CONSENT = re.compile(
    r"(好[的呀啊]?|嗯+|行|当然)?[，,。\s]*可以[的啊呀哦呢]*(?P<rest>.*)", re.DOTALL
)
SCORE = re.compile(
    r"(我?[打给]个?)?\s*(?P<score>[1-5一二三四五])\s*(分|颗?星)?\s*(好评|吧)?(?P<rest>.*)",
    re.DOTALL,
)
CONTENT = re.compile(
    r"(我|我们)?(觉得)?(?P<how>很|非常|十分|特别|超级?|相当|太|比较|挺|还算|基本)?满意[的了啦]?(?P<rest>.*)",
    re.DOTALL,
)
MIDDLING = re.compile(r"(感觉|服务)?一般般?吧?(?P<rest>.*)", re.DOTALL)
BY_CHARACTER = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
MILDLY = ("", "比较", "挺", "还算", "基本")
BEST, GOOD, MIDDLE = 5, 4, 3


def is_courtesy(text: str) -> bool:
    """Say whether words only close a talk, and want no answer."""
    return COURTESY.fullmatch(text) is not None


def is_consent(text: str) -> bool:
    """Say whether somebody asked for his leave gives it: 可以, and nothing against it."""
    found = CONSENT.fullmatch(text.strip())
    return found is not None and _says_no_more(found)


def read_rating(text: str) -> int | None:
    """Read a rating as people write it: 5, 五分, 5星好评谢谢, 很满意; None where it is none.

    Who is not satisfied has not finished: his words are no rating.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    score = SCORE.fullmatch(plain)
    if score is not None and _says_no_more(score):
        return BY_CHARACTER.get(score["score"]) or int(score["score"])
    content = CONTENT.fullmatch(plain)
    if content is not None and _says_no_more(content):
        return GOOD if (content["how"] or "") in MILDLY else BEST
    middling = MIDDLING.fullmatch(plain)
    return MIDDLE if middling is not None and _says_no_more(middling) else None


def _says_no_more(found: re.Match[str]) -> bool:
    rest = found["rest"]
    return not rest or is_courtesy(rest)
