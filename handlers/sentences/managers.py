"""What is said to managers."""

from types import MappingProxyType

MANAGERS = MappingProxyType(
    {
        "invited": "{name} 邀请我加入群「{group}」。回复「接受 {number}」我就进群。",
        "invitation_accepted": "已接受邀请 {number}，正在进群「{group}」。",
        "invitation_unknown": "没有编号为 {number} 的邀请。",
        "room_unknown": (
            "我在群「{group}」（{room}）里，但配置里没有它，所以我只听不说。这是什么群？"
            "回复「群 {number} 粉丝」「群 {number} 培训」或「群 {number} 忽略」就设好了。"
        ),
    }
)
