"""What is said to managers."""

from types import MappingProxyType

MANAGERS = MappingProxyType(
    {
        "invited": "{name} 邀请我加入群「{group}」。回复「接受 {number}」我就进群。",
        "invitation_accepted": "已接受邀请 {number}，正在进群「{group}」。",
        "invitation_unknown": "没有编号为 {number} 的邀请。",
        "room_renamed": (
            "群「{before}」改名为「{group}」（{room}），配置里没有哪一段认得新名字，"
            "我在里面就只听不说了。要接着管，回复「群 {number} 粉丝」或「群 {number} 培训」；"
            "不管了，回复「群 {number} 忽略」。"
            '想以后改名也认得，请在 config.toml 的 [[groups]] 里写 id = "{room}"。'
        ),
        "room_unknown": (
            "我在群「{group}」（{room}）里，但配置里没有它，所以我只听不说。这是什么群？"
            "回复「群 {number} 粉丝」「群 {number} 培训」或「群 {number} 忽略」就设好了。"
        ),
    }
)
