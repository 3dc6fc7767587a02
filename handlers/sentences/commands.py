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
        "waits": "#{ticket} 等客户回复（{name}），计时暂停。",
        "resolved": "#{ticket} 已解决（{name}），正在请客户评分。",
        "resolved_silently": "#{ticket} 已解决（{name}）。",
        "reopened": "#{ticket} 已重开（{name}）。",
        "off_duty": "#{ticket} 没有转：{staff} 现在不在班，转过去会马上退回来。请转给在班的同事。",
        "transfer_hint": "「#{ticket} 转」后面请写同事的名字：{names}",
        "number_missing": (
            "这条什么也没有做，也没有发给客户：前面要写工单号，例如「#12 {verb}」。"
            "发「工单」看编号。"
        ),
        "nobody_called": "没有叫「{staff}」的客服。名单：{names}",
        "reply_empty": "「#{ticket} 回复」后面请写要发给客户的话；发图片请先发图，再引用它回复。",
        "command_hint": (
            "没看懂这条指令，什么也没有做。请这样写：#{ticket} 接单／回复 文字／备注 文字／"
            "转 姓名／等待／稍后 2h／合并 #15／解决／误报／重开"
        ),
        "one_command": "一条消息请只写一个指令。这次什么也没有做。",
        "privately_please": "#{ticket} 涉及群里的人，请在这里（私聊）处理，别在值班群里说。",
        "not_yours": "私聊里只能处理自己的工单。#{ticket} 请到值班群里接单后再处理。",
        "not_yours_secret": "#{ticket} 由别人负责。要接过来，请在这里发「#{ticket} 接单」。",
        "snippet_unknown": (
            "没有叫「{snippet}」的快捷回复，什么也没有发给客户。现有：{names}。"
            "要照原样发，开头请不要写 @。"
        ),
        "namesakes": "有 {count} 位「{staff}」，请直接 @ 他，或在 config.toml 里改个称呼。",
        "merge_other_way": (
            "#{ticket} 还没有联系上客户，不能并入别的工单；请反过来写「#{other} 合并 #{ticket}」。"
        ),
        "dismissed": "#{ticket} 按误报关闭（{name}），不请客户评分。",
        "snooze_hint": (
            "没看懂什么时候再提醒，什么也没有做。请写「#{ticket} 稍后 2h」「#{ticket} 稍后 明早」"
            "或「#{ticket} 稍后 周一下午3点」，最长 30 天。"
        ),
        "wait_hint": (
            "什么也没有做：「等待」是等客户回复，后面不写时间。"
            "到时候要提醒，请发「#{ticket} 稍后 {time}」。"
        ),
        "snoozed": "#{ticket} 先放一放，{at} 再提醒。客户的等待时间照常计算。",
        "merge_hint": "请写「#{ticket} 合并 #15」：#15 并入 #{ticket}，之后只在 #{ticket} 处理。",
        "merged": "#{other} 已并入 #{ticket}。",
        "merged_people": (
            "#{other} 已并入 #{ticket}。注意：之后的回复会同时发给 {name} 和 {also} 两位。"
        ),
        "claim_profile": "{name} 在这些群：{groups}\n以前的工单：{past}",
        "no_past": "没有",
        "past_ticket": "#{ticket} {opened} {topic} {state}{rating}",
        "resolved_unsaid": "#{ticket} 已解决（{name}），但联系不上客户，后面那句话没有发出。",
        "leads_only": "只有组长和管理员可以这样做。",
        "managers_only": "只有管理员可以发布给各群的说明。",
        "incident_none": "现在没有进行中的事件。",
        "incident_hint": "可以用：事件 {incident}／事件 {incident} 草稿 文字／发布／结束",
        "draft_empty": "「事件 {incident} 草稿」后面请写要发到各群的话。",
        "incident_published": "事件 {incident} 的说明正在发往 {count} 个群。",
        "incident_ended": "事件 {incident} 已结束，工单照常逐个处理，促销公告恢复。",
        "staff_menu": (
            "指令：工单（查看未完成的）· #12（查看）· #12 接单 · #12 回复 文字 · #12 备注 文字 · "
            "#12 转 姓名 · #12 等待 · #12 稍后 2h · #12 合并 #15 · #12 解决 文字 · #12 误报 · 事件"
        ),
        "not_staff": (
            "您不在客服名单里，不能处理工单。请让管理员在 config.toml 的 [[support.staff]] 里添加。"
        ),
        "muted": "好的，{minutes} 分钟内我在本群不说话。",
        "mute_hint": "请写「闭嘴 30」（分钟，1–1440），或「说话」恢复。",
        "unmuted": "我回来了。",
    }
)
