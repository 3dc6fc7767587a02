"""What members say when a matter is over: thanks, a rating, a yes, or that they want a person."""

import re
import unicodedata

HUMAN = re.compile(
    r"((请问?|帮我|麻烦|我)?(要|想要?|需要)?(转接?|找|接|联系|有|有没有)?(一下)?"
    r"(人工|客服|真人)(客服|服务)?(在吗|在不在|吗|呢)?|投诉|有人(在|在线)?[吗么嘛]"
    r"|(请问)?(怎么|如何|在哪|哪里)(能)?(联系|找|转接?)(到)?(一下)?你?们?的?(人工)?客服(呢|啊)?)[。.!！~～?？\s]*"
)
SAID_OF_OTHERS = re.compile(
    r"(客服|有人.*|.*真人.*)[。.!！~～?？\s]*"
)  # in a group no call for a person
FROM_WECHAT = re.compile(  # said by WeChat in the name of whoever accepts a friend request
    r"我通过了你的(朋友|好友)验证请求，?现在我们可以开始聊天了[。!！]?"
    r"|I've accepted your friend request\. Now let's chat!"
)
WHO_I_AM = re.compile(
    r"(请问|所以)?[你您](到底|究竟)?(是不是|是)(个|一个)?"
    r"(机器人|真人|人工智能|人工|活人|人|ai|bot|自动回复)的?(吗|吧|嘛|么|还是(机器人|真人|人)(呢|啊)?)?[。.?？!！~～]*",
    re.IGNORECASE,
)
COURTESY = re.compile(
    r"(好[的哒滴嘞吧呀啊]*|[很真太挺还]?(好|棒|赞|不错|满意)[的了啦哒呀啊]*|非常感谢|"
    r"谢谢?[您你啦了哈哦们]*|多谢|感谢|辛苦[了啦]?|嗯+|ok|okay|行|可以|"
    r"(都|已经)?(收到|解决|搞定|处理好)[了啦]?|没事[了啦]?|没问题|知道[了啦]|明白[了啦]?|不客气|"
    r"(都|已经|刚刚?)?(收到|拿到)(退款|钱|货|快递|补发的?)[了啦]?|(退款|钱)?(都|已经)?到账[了啦]?|"
    r"再见|拜拜|[👌👍🙏🌹]|\[[^\]]{1,4}\]|[。，,.!！~～\s])+",
    re.IGNORECASE,
)
CONSENT = re.compile(
    r"(好[的呀啊]?|嗯+|行|当然)?[，,。\s]*可以[的啊呀哦呢]*(?P<rest>.*)", re.DOTALL
)
REFUSAL = re.compile(
    r"(还是)?(不(可以|用|要|必|方便|行|愿意|同意|需要)|别说?|算了)[了吧哈啊呀哦]*(?P<rest>.*)",
    re.DOTALL,
)
DIGIT = re.compile(r"(?P<before>.*?)(?P<score>[1-5一二三四五])(\.\d)?(?P<rest>\D*)", re.DOTALL)
POINTS = re.compile(
    r"(?<![\d.第扣差])(?P<score>[1-5一二三四五])(\.\d)?\s*(分(?![钟之期享])|颗?星(?![级期]))"
)
FULL_MARKS = re.compile(r"满分|(?<!\d)10{1,2}\s*分(?![钟之])")
STARS = re.compile(r"([⭐★🌟]\ufe0f?){1,5}")
AROUND = re.compile(r"我|就|必须|[打给评]个?|您们?|你们?|个|服务|客服|好评|一般般?|吧")
DOUBTS = re.compile(r"[?？吗呢不没未别还但差少退换骗]|怎么|什么|多久|几时|投诉|人工")
GENTLE = re.compile(
    r"还(会|要|想)?再?(来|买|找你|选你|光顾|支持)|不错|没事|没问题|不客气|不用谢|没话说|没得说|没毛病"
)
BEYOND = re.compile(r"(我?[打给评]个?)?([6-9]|六|七|八|九)(\.\d)?分?[吧。.!！~]*")
SETTLED = re.compile(
    r"(?P<before>.{0,20}?)(解决|搞定|处理好|弄好|修好|换好|收到|拿到|到账)[了啦](?P<rest>.*)",
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


def calls_for_person(text: str, *, in_group: bool) -> bool:
    """Say whether somebody only calls for a person: 人工, 我要找客服, 投诉."""
    plain = text.strip()
    if in_group and SAID_OF_OTHERS.fullmatch(plain):
        return False
    return HUMAN.fullmatch(plain) is not None


def asks_who_i_am(text: str) -> bool:
    """Say whether somebody asks whether he talks to a machine: 你是机器人吗."""
    return WHO_I_AM.fullmatch(text.strip()) is not None


def is_courtesy(text: str) -> bool:
    """Say whether words only close a talk, and want no answer."""
    return COURTESY.fullmatch(text) is not None


def is_consent(text: str) -> bool:
    """Say whether somebody asked for his leave gives it: 可以, and nothing against it."""
    found = CONSENT.fullmatch(text.strip())
    return found is not None and _is_little(found["rest"])


def is_refusal(text: str) -> bool:
    """Say whether somebody asked for his leave does not give it, and says no more."""
    found = REFUSAL.fullmatch(text.strip())
    return found is not None and _is_little(found["rest"])


def has_doubts(text: str) -> bool:
    """Say whether words, however kind, ask, deny or want something: 不满意, 好是好但是……."""
    return DOUBTS.search(GENTLE.sub("", text)) is not None


def tells_of_the_end(text: str) -> bool:
    """Say whether somebody tells that it is over, and nothing else: 5 分钟就解决了."""
    found = SETTLED.fullmatch(text.strip())
    return found is not None and _is_little(found["rest"]) and not has_doubts(found["before"])


def is_beyond(text: str) -> bool:
    """Say whether a rating is one of another scale than ours: 6, 给八分."""
    return BEYOND.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def read_rating(text: str) -> int | None:
    """Read a rating as people write it: 5, 谢谢5分, 服务很好，给五星; None where it is none.

    Who is not satisfied has not finished: his words are no rating.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if STARS.fullmatch(plain):
        return len(plain.replace("\ufe0f", ""))
    points = _read_points(plain)
    if points is not None:
        return points
    digit = DIGIT.fullmatch(plain)
    if digit is not None and _is_little(AROUND.sub("", digit["before"] + digit["rest"])):
        return _score(digit["score"])
    content = CONTENT.fullmatch(plain)
    if content is not None and _is_little(content["rest"]):
        return GOOD if (content["how"] or "") in MILDLY else BEST
    middling = MIDDLING.fullmatch(plain)
    return MIDDLE if middling is not None and _is_little(middling["rest"]) else None


def _read_points(plain: str) -> int | None:
    """Read a score that has its unit; beside a good one there may be words, but no doubts."""
    scores = {_score(found["score"]) for found in POINTS.finditer(plain)}
    if FULL_MARKS.search(plain):
        scores.add(BEST)
    if len(scores) != 1:
        return None
    [score] = scores
    beside = AROUND.sub("", POINTS.sub("", FULL_MARKS.sub("", plain)))
    if _is_little(beside) or (score >= GOOD and not has_doubts(beside)):
        return score
    return None


def _score(digit: str) -> int:
    return BY_CHARACTER.get(digit) or int(digit)


def _is_little(rest: str) -> bool:
    return not rest or is_courtesy(rest)
