"""What is answered to a command."""

from types import MappingProxyType

COMMANDS = MappingProxyType(
    {
        "ticket_line": "#{ticket} {state} {topic} {name}（{group}）{assignee}",
        "ticket_list": "未完成的工单 {count} 个：\n{lines}",
        "ticket_list_empty": "没有未完成的工单。",
        "ticket_shown": (
            "#{ticket} {state} · {topic} · {severity}\n客户：{name}（{group}）\n"
            "负责人：{assignee}\n登记：{opened}\n{lines}"
        ),
        "claimed": "#{ticket} 由 {staff} 负责。",
        "claimed_from": "#{ticket} 改由 {staff} 负责（原负责人 {before}）。",
        "noted": "#{ticket} 备注已记下，客户看不到。",
        "transferred": "#{ticket} 已转给 {staff}。",
        "waits": "#{ticket} 等客户回复，计时暂停。",
        "resolved": "#{ticket} 已解决，正在请客户评分。",
        "resolved_silently": "#{ticket} 已解决。",
        "reopened": "#{ticket} 已重开。",
        "nobody_called": "没有叫「{staff}」的客服。名单：{names}",
        "reply_empty": "「#{ticket} 回复」后面请写要发给客户的话；发图片请先发图，再引用它回复。",
        "command_hint": (
            "没看懂这条指令，什么也没有发给客户。可以用：#{ticket} 接单／回复 文字／备注 文字／"
            "转 姓名／等待／解决／重开"
        ),
        "staff_menu": (
            "指令：工单（查看未完成的）· #12（查看）· #12 接单 · #12 回复 文字 · #12 备注 文字"
        ),
        "not_staff": (
            "您不在客服名单里，不能处理工单。请让管理员在 config.toml 的 [[support.staff]] 里添加。"
        ),
        "muted": "好的，{minutes} 分钟内我在本群不说话。",
        "mute_hint": "请写「闭嘴 30」（分钟，1–1440），或「说话」恢复。",
        "unmuted": "我回来了。",
    }
)
