"""How sentences are said: by key, with their placeholders filled, in the community's own words."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.config.placeholders import fill, placeholders
from handlers.sentences import SENTENCES

TOPICS = MappingProxyType(
    {
        "quality": "质量",
        "logistics": "物流",
        "refund": "退款",
        "service": "服务",
        "price": "价格",
        "fraud": "虚假宣传",
        "after-sales": "售后",
        "health": "健康安全",
        "human": "人工服务",
        "danger": "生命安全",
    }
)
SEVERITIES = MappingProxyType({1: "一般", 2: "严重", 3: "紧急"})
KINDS = MappingProxyType(
    {
        "image": "图片",
        "file": "文件",
        "voice": "语音",
        "video": "视频",
        "link": "链接",
        "mini-program": "小程序",
        "card": "名片",
        "red-envelope": "红包",
        "recalled": "撤回通知",
        "other": "消息（类型不支持）",
    }
)
REFUSALS = MappingProxyType(
    {
        "not-a-friend": "对方不是好友",
        "not-a-member": "机器人不在这个群里了",
        "not-the-owner": "机器人不是群主",
        "too-long": "内容太长",
        "gone": "群或文件不见了",
        "unsupported": "这个微信通道不支持这种内容",
        "expired": "一直没发出去，已经过时",
    }
)
GAP = "\u2005"  # ends a mention
SOMEBODY = "朋友"  # whose name WeChat does not tell
STATES = MappingProxyType(
    {
        "awaiting-contact": "待联系",
        "open": "待接单",
        "claimed": "处理中",
        "waiting": "等客户",
        "resolved": "已解决",
        "closed": "已关闭",
    }
)


def variables() -> dict[str, frozenset[str]]:
    """Map each sentence's key to the placeholders it may use, for checking ``[wording]``."""
    return {key: placeholders(text) for key, text in SENTENCES.items()}


class Wording:
    """The sentences in force: the shipped ones, and those that ``[wording]`` replaces."""

    def __init__(self, replaced: Mapping[str, str]) -> None:
        self._sentences = {**SENTENCES, **replaced}

    def __call__(self, key: str, **values: object) -> str:
        """Say the sentence with this key; values that it does not mention are left out."""
        texts = {name: str(value) for name, value in values.items()}
        said = fill(self._sentences[key], texts)
        for mention in {text for text in texts.values() if text.endswith(GAP)}:
            said = said.replace(f"{mention} ", mention)  # the gap is WeChat's blank already
        return said


def called(name: str, contact: str) -> str:
    """Say how to call somebody to whom the bot speaks; an id is no name."""
    return SOMEBODY if name in ("", contact) else name


def topic_name(topic: str) -> str:
    """Name a topic for people."""
    return TOPICS.get(topic, topic or "其他")
