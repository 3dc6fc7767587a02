"""What is said in the support room."""

from types import MappingProxyType

STAFF = MappingProxyType(
    {
        "staff_alert": (
            "【新工单 #{ticket}】{topic} · {severity}\n"
            "{name}（{group}）：\n「{text}」\n判断依据：{words}（规则 {rule}）\n{contact}\n{owner}"
            "回复「#{ticket} 接单」由您负责；不是投诉请回复「#{ticket} 误报」。"
        ),
        "staff_brief": "新工单 #{ticket}：{topic} · {severity}，负责人 {staff}",
        "owner_is": "已分给 {staff}。",
        "owner_later": "现在没有人值班，{back} 自动分单。",
        "owner_none": "没有可以分配的客服。",
        "nobody": "无人",
        "secret": "（这个工单提到了 {names}，只在私聊里处理，不进值班群。）",
        "names_now": (
            "#{ticket} {name} 的话里提到了 {names}，从现在起只在私聊里处理，由 {staff} 负责。"
            "发「#{ticket}」看前面的对话。"
        ),
        "file_lost": "#{ticket} {name} 发来的{kind}没能转过来，请在群管家的微信上看。",
        "staff_unreachable": (
            "私信 {staff} 发不出去（不是我的好友），要私聊处理的工单和提醒他收不到。"
            "请他加我为好友。"
        ),
        "room_missing_prefix": "【值班群不可用，改为私聊】",
        "room_missing": (
            "【紧急】客服值班群（{room}）用不了：我不在群里，或群不存在。工单消息先私聊发给组长；"
            "请把我拉回群，或改 config.toml 里 [support] 的 room。"
        ),
        "contact_friend": "已私信客户，等您接手。",
        "contact_stranger": "客户还不是好友，已发好友申请，通过后自动开始私聊。",
        "contact_queued": (
            "客户还不是好友，好友申请在排队（每小时、每天有上限），发出并通过后自动开始私聊。"
        ),
        "contact_waiting": "客户还不是好友，之前的好友申请还没有通过。",
        "contact_later": "客户还不是好友，机器人现在发不了好友申请，请您用自己的微信联系。",
        "dealt_out": "#{ticket} {topic} {name} → {staff}",
        "passed_on": "#{ticket} {topic} {name}：{before} {why}，改由 {staff} 负责。",
        "why_home": "已下班",
        "why_idle": "{minutes} 分钟没有处理",
        "why_gone": "已不在客服名单",
        "service_reminder": "【服务时限】{count} 个工单：\n{lines}",
        "service_brief": "服务时限提醒：{count} 个工单",
        "service_line": (
            "#{ticket} {name}（{topic}）{waits}已 {waited}，承诺 {promise}，{grave} → {staff}"
        ),
        "waits_first": "等第一次回复",
        "waits_next": "等下一次回复",
        "waits_resolution": "等解决",
        "call_soon": "快到时限",
        "call_late": "已过承诺",
        "call_breach": "已超时",
        "call_lead": "已超时，上报组长",
        "call_manager": "已超时，上报管理员",
        "incident_alert": "【多人反映同一问题】\n{details}",
        "incident_shown": (
            "{headline}\n涉及的群：{groups}\n{lines}\n—— {title} ——\n{statement}{next}"
        ),
        "incident_drafted": "准备发到这些群的说明",
        "incident_said": "已经发到这些群的说明",
        "incident_unsaid": "没有发出的说明",
        "incident_next": (
            "\n—— 管理员回复「事件 {incident} 发布」就发出；"
            "改写：「事件 {incident} 草稿 文字」；处理完：「事件 {incident} 结束」"
        ),
        "incident_next_said": (
            "\n—— 再发一条：先「事件 {incident} 草稿 文字」；处理完：「事件 {incident} 结束」"
        ),
        "incident_line": "事件 {incident} {topic} {state}：{members} 人、{rooms} 个群，{opened} 起",
        "incident_ticket": "#{ticket} {name}（{group}）「{text}」→ {staff}{contact}",
        "incident_uncontacted": "（待联系：还不是好友）",
        "incident_news": "事件 {incident} 又有 {count} 个工单（共 {total} 个）：\n{lines}",
        "incident_for_manager": (
            "【多人反映同一问题】{headline}。发送「事件」查看，群说明要您批准才会发出。"
        ),
        "statement_failed": "事件 {incident} 的说明没有发到「{group}」，请人工处理。",
        "statement_doubtful": "事件 {incident} 的说明不确定有没有发到「{group}」，不会自动重发。",
        "member_says": "#{ticket} {name}：{text}",
        "member_says_in_group": "#{ticket} {name} 在「{group}」又说：{text}",
        "danger_alert": (
            "【紧急，请马上联系】#{ticket} {name} 的话里可能有生命危险，请现在就联系本人，"
            "必要时报 110、120。原话请发「#{ticket}」看。"
        ),
        "graver": "#{ticket} {name} 的情况升为「{severity}」（{topic}），时限跟着缩短。",
        "member_back": "#{ticket} {name} 已通过好友申请，私聊已经开始。",
        "member_reopened": "#{ticket} {name} 在解决后又来消息，工单已重开：{text}",
        "member_rated": "#{ticket} {name} 评分：{rating} 分。",
        "member_rated_saying": "#{ticket} {name} 评分：{rating} 分，说：{text}",
        "member_asks_progress": "#{ticket} {name} 正在询问进度。",
        "recalled": "#{ticket} {name} 撤回了一条消息。",
        "recalled_words": "（撤回了一条消息）",
        "reply_stopped": "#{ticket} 回复已撤下，没有发给 {name}。",
        "reply_gone": "#{ticket} 回复已经发给 {name}，撤不回来了。",
        "two_answer": "#{ticket} {staff} 和 {other} 都在回复 {name}，请两位商量一下由谁继续。",
        "snooze_over": "#{ticket} {name}：说好稍后处理，时间到了。",
        "closed_by_silence": "#{ticket} {name} 一直没有回复，工单已关闭；客户再来消息会自动重开。",
        "claims_ticket": (
            "{name} 加好友时报了工单 #{ticket}，但这不是登记时的微信号，请人工核实身份。"
        ),
        "reach_out": (
            "#{ticket} {name}（{group}）{hours} 小时没有通过好友申请，"
            "请用自己的微信联系，名片在下面。"
        ),
        "reach_out_capped": (
            "#{ticket} {name}（{group}）不是好友，今天的好友申请已用完，"
            "请用自己的微信联系，名片在下面。"
        ),
        "reach_out_unsent": (
            "#{ticket} {name}（{group}）不是好友，好友申请没有发出去，"
            "请用自己的微信联系，名片在下面。"
        ),
        "digest": (
            "【{day} 客服日报】\n"
            "新工单 {opened}，已解决 {solved}，未完成 {live}，误报 {false_alarms}\n"
            "第一次回复：中位 {first}，九成不超过 {first_p90}，按时 {kept}\n"
            "私聊开始：中位 {private}\n"
            "30 分钟内群里又有投诉 {follow_ups} 条，其中别人跟着说 {pile_ons} 条\n"
            "重开 {reopened}，平均评分 {rating}\n主要问题：{topics}"
        ),
        "digest_quiet": "【{day} 客服日报】今天没有新工单，已解决 {solved}，未完成 {live}。",
        "digest_oldest": "还没处理完：{tickets}",
        "delivered": "#{ticket} 已送达 {name}。",
        "not_delivered": "#{ticket} 没有送达 {name}：{why}",
        "still_undelivered": (
            "#{ticket} 给 {name} 的回复试了几次还没发出去，我会接着试，不用重发；"
            "着急的话请换个方式联系。"
        ),
        "not_certain": (
            "#{ticket} 发给 {name} 的一条消息不确定是否送达，请人工核实，不会自动重发。"
        ),
        "unreachable": (
            "#{ticket} 无法私信 {name}：已不是好友，或被对方拉黑。"
            "我会再发一次好友申请，急的话请用自己的微信联系。"
        ),
        "unreachable_asked": (
            "#{ticket} 无法私信 {name}：不是好友，或被对方拉黑。请用自己的微信联系。"
        ),
        "unreachable_no_group": (
            "#{ticket} 无法私信 {name}（不是好友，也没有共同的群），请人工联系，名片在下面。"
        ),
        "handler_failed": "有一条消息处理时出错，请人工查看（编号 {source}，环节 {step}）。",
        "link_back": "与微信的连接已恢复。{since} 到 {until} 之间的消息没有收到，请人工翻看。",
        "logged_out": "微信账号已掉线：{why}。请在网关所在的电脑上重新扫码登录。",
        "unconfirmed": "重启前有 {count} 条消息不确定是否送达，不会自动重发，请在后台核实。",
        "throttled": (
            "微信提示「操作过于频繁」，我停发了消息，到 {until} 才恢复；期间的消息已补发。"
        ),
    }
)
