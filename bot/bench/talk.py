"""What people say in groups, made up in any amount, no message like another."""

from datetime import datetime
from itertools import count
from random import Random

from bot.message import Contact, Message

ROOMS = ("bench-1", "bench-2", "bench-3", "bench-4", "bench-5")
PEOPLE = 3_000
CHATTER = (
    "大家早上好呀",
    "今天降温了，出门多穿点",
    "有人一起拼单吗",
    "哈哈哈哈笑死我了",
    "周末去哪里玩，求推荐",
    "昨晚看球看到两点，困死了",
    "收到，谢谢群主",
    "这个颜色好看",
    "我家猫也喜欢躺在上面",
    "晚安各位，明天见",
    "刚下班，明天还要早起",
    "孩子今天第一次自己坐地铁上学",
    "楼下新开了一家面馆，味道还行",
    "我也是上个月买的，一直在用",
    "群里有北京的朋友吗",
    "刚才手滑发错了，不好意思",
    "下雨天最适合在家睡觉",
    "谁有昨天直播的回放链接",
    "排队等了半小时，终于轮到我了",
    "中午吃什么，选择困难症犯了",
)
COMPLAINTS = (
    "枕头才用了几天就塌了，质量太差了",
    "我要退款，客服一直不理人",
    "收到就是坏的，做工粗糙，要求退货",
    "孩子睡了你们的枕头脸上过敏了",
)
ONE_IN = 20  # messages, where some are complaints


class Talk:
    """An endless talk; the same seed says the same again."""

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)  # noqa: S311 - talk, not secrets
        self._number = count()

    def messages(self, amount: int, at: datetime, *, complaints: bool) -> list[Message]:
        """Let so many things be said; with ``complaints`` one in twenty is somebody's first."""
        return [self._message(at, complaints=complaints) for _ in range(amount)]

    def _message(self, at: datetime, *, complaints: bool) -> Message:
        number = next(self._number)
        angry = complaints and number % ONE_IN == 0
        said = self._random.choice(COMPLAINTS if angry else CHATTER)
        who = PEOPLE + number if angry else self._random.randrange(PEOPLE)
        return Message(
            id=f"bench-{number}",
            sender=Contact(f"somebody-{who}", f"会员{who}", friend=True),
            text=f"{said}，{number}",
            at=at,
            room=self._random.choice(ROOMS),
        )
