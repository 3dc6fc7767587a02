"""What is said of notices and sign-ups: in groups, to members and to managers."""

from types import MappingProxyType

NOTICES = MappingProxyType(
    {
        "reminder": "⏰ 提醒：「{title}」{date} {time} 开始。",
        "reminder_signup": "⏰ 提醒：「{title}」{date} {time} 开始，报名请回复「{keyword}」。",
        "reminder_private": "{name} 您好，您报名的「{title}」{date} {time} 开始，别忘了哦。",
        "why_late": "过了时间还没能发出去",
        "why_not_approved": "到时间还没有批准",
        "why_held_too_long": "一直没有放行：{why}",
        "why_quiet": "安静时段",
        "why_quiet_too_long": "赶上安静时段，等到结束就过时了",
        "why_budget": "今天的促销已经有 {count} 条",
        "why_share": "七天里促销占 {share}，超过 {most}",
        "why_gap": "和上一条公告隔得太近",
        "why_gap_too_long": "和上一条公告隔得太近，再等就过时了",
        "why_unconfigured": "公告已从配置里删掉",
        "why_not_meant": "这个群已不在发送范围",
        "why_cancelled": "管理员取消",
        "why_held_back": "管理员先压着",
        "why_file_gone": "图片或文件不见了",
        "why_refused": "微信拒绝：{why}",
        "why_partly": "有 {count} 条没有发出去",
        "notice_trouble": "公告「{title}」（{notice}）{when}：{state}{why} {groups}",
        "notice_hint_held": (
            "要照发请回复「公告 放行 {notice}」，不发请回复「公告 取消 {notice}」。"
        ),
        "notice_hint_unconfirmed": "「不确定」的不会自动重发，请到群里看一眼。",
        "notice_asks_approval": (
            "公告「{title}」（{notice}）定于 {when} 发到 {count} 个群，等您批准。"
            "看内容回复「公告 预览 {notice}」，同意回复「公告 批准 {notice}」。"
        ),
        "notice_clash": (
            "公告「{title}」和「{other}」都定在 {when}，有群会同时收到；后一条会自动晚 {gap} 分钟。"
        ),
        "notice_files_gone": "公告「{title}」（{notice}）的文件不见了：{files}。",
        "notices_none": "没有配置任何公告。",
        "notices_list": "接下来的公告：\n{lines}",
        "notices_list_empty": "接下来没有要发的公告。",
        "notices_guessed": (
            "\n{year} 年的放假和调休还没有收录，只在工作日或休息日发的公告先按法定节日和周末推算。"
        ),
        "notices_ended": "\n已停掉：{names}。要再发：「公告 恢复 ID」。",
        "notice_line": "{when} {weekday} 「{title}」（{notice}）→ {groups} 个群{marks}",
        "notice_line_course": ("入群{day} {clock} 「{title}」（{notice}）→ {groups} 个群{marks}"),
        "notice_line_stuck": "{when} 「{title}」（{notice}）：{state} {count} 个群{why}",
        "notice_which": "请写哪一条：「公告 {verb} ID」。现有：{known}",
        "notice_unknown": "没有叫「{notice}」的公告。现有：{known}",
        "notice_hint": (
            "可以用：公告 · 公告 预览 ID · 公告 批准 ID · 公告 压住 ID · 公告 取消 ID · "
            "公告 取消 ID 全部 · 公告 恢复 ID · 公告 放行 ID · 公告 状态 ID · 公告 名单 ID"
        ),
        "notice_managers_only": "只有管理员可以批准、压住、取消、恢复和放行公告。",
        "notice_approved": "已批准「{title}」，{when} 发到 {count} 个群。",
        "notice_approved_late": "已批准「{title}」的内容，但 {when} 那一次已经过时，不再发了。",
        "notice_approved_no_more": "已批准「{title}」的内容，目前没有要发的场次。",
        "notice_needs_no_approval": "「{title}」不需要批准，{when} 自动发。",
        "notice_approved_before": "「{title}」现在的内容已经批准过了。",
        "notice_cancelled": "已取消「{title}」{when} 这一次（{count} 个群）。",
        "notice_cancelled_partly": (
            "已取消「{title}」{when} 剩下的 {count} 个群；{sent} 个群已经发出。"
        ),
        "notice_cancelled_next": (
            "\n下一次 {when} 照常发。以后都不发：「公告 取消 {notice} 全部」；"
            "这一次还是要发：「公告 恢复 {notice}」。"
        ),
        "notice_cancelled_last": "\n还是要发：「公告 恢复 {notice}」。",
        "notice_cancelled_signups": (
            "\n已经有 {people} 人报名，请告诉他们；名单看「公告 名单 {notice}」。"
        ),
        "notice_cancelled_follower": "\n跟在它后面的「{title}」（{notice}）还会按时发。",
        "notice_nothing_to_cancel": "「{title}」没有可以取消的场次。",
        "notice_ended": "已停掉「{title}」，以后都不发了。要再发：「公告 恢复 {notice}」。",
        "notice_ended_before": "「{title}」已经停掉了。要再发：「公告 恢复 {notice}」。",
        "notice_restored": "已恢复「{title}」，{when} 发到 {count} 个群。",
        "notice_restored_no_more": "已恢复「{title}」，目前没有要发的场次。",
        "notice_nothing_to_restore": "「{title}」没有取消过还能再发的场次。",
        "notice_released": "已放行「{title}」，马上发到 {count} 个群。",
        "notice_released_later": (
            "已放行「{title}」，现在是安静时段，{when} 结束后发到 {count} 个群。"
        ),
        "notice_held": (
            "「{title}」{when} 这一次先压着。要发请回复「公告 放行 {notice}」，一天没放行就作罢。"
        ),
        "notice_held_no_more": "「{title}」不再压着，{when} 照常发。",
        "notice_nothing_to_hold": "「{title}」没有可以压住的场次。",
        "notice_nothing_held": "「{title}」没有暂缓的群。",
        "notice_preview": (
            "预览「{title}」（{notice}），{when} 发送：\n"
            "发到 {count} 个群，共 {people} 人；全部发完约需 {minutes}。\n{groups}{warnings}\n"
            "下面就是要发的内容："
        ),
        "notice_preview_over": (
            "「{title}」（{notice}）没有要发的场次了。{warnings}\n下面是它的内容，不会再发："
        ),
        "notice_preview_none": "「{title}」现在没有匹配的群，不会发到任何地方。{warnings}",
        "preview_share": "\n提醒：7 天里「{group}」的促销占 {share}，只听广告的群留不住人。",
        "preview_gone": "\n提醒：文件不见了：{files}",
        "preview_quiet": "\n提醒：{when} 在安静时段里，发不出去。",
        "preview_quiet_waits": "\n提醒：{when} 在安静时段里，会等到 {until} 再发。",
        "preview_too_slow": (
            "\n提醒：全部发完要 {minutes}，超过 {late} 还没轮到的群就不发了；"
            "要都发到，请把 late 写长一些。"
        ),
        "preview_unapproved": "\n这个公告还没有批准，同意请回复「公告 批准 {notice}」。",
        "notice_status": (
            "「{title}」（{notice}）{when}：已发 {sent}/{total}{others}\n{details}{figures}"
        ),
        "notice_status_ahead": "「{title}」（{notice}）还没开始，定于 {when}，{count} 个群。",
        "notice_status_held": (
            "\n{when} 这一次先压着：要发请回复「公告 放行 {notice}」，"
            "不发请回复「公告 取消 {notice}」。"
        ),
        "notice_status_none": "「{title}」还没有发过，也没有下一次。",
        "notice_figures": (
            "触达 {reach} 人 · {signups}之后 24 小时进群 {joins} "
            "退群 {leaves} · 之后 2 小时投诉 {complaints}"
        ),
        "notice_figures_signups": "报名 {signups} · 签到 {attended} · ",
        "signup_confirmed": "✅ 「{title}」报名成功：{names}（{taken}/{capacity}）",
        "signup_confirmed_open": "✅ 「{title}」报名成功：{names}（已报 {taken} 人）",
        "signup_waiting": "🕒 「{title}」名额已满，候补：{names}",
        "signup_cancelled": "「{title}」取消报名：{names}",
        "signup_moved_up": "🎉 「{title}」有名额了，候补转正：{names}",
        "signup_checked_in": "✅ 「{title}」签到：{names}",
        "signup_full": "「{title}」名额已满，没有报上：{names}",
        "signup_closed": "「{title}」的报名已经截止。",
        "signup_yours": (
            "{name} 您好，「{title}」报名成功（{people} 人），{when}。不来请回复「取消{keyword}」。"
        ),
        "signup_yours_waiting": (
            "{name} 您好，「{title}」名额已满，您是候补第 {position} 位，有名额马上告诉您。"
        ),
        "signup_yours_unordered": (
            "{name} 您好，「{title}」名额已满，您在候补名单里，有名额马上告诉您。"
        ),
        "signup_yours_full": "{name} 您好，「{title}」名额已满。",
        "signup_yours_moved": (
            "{name} 您好，「{title}」有名额了，您的候补已转正（{people} 人），{when}。"
        ),
        "signup_yours_cancelled": "{name} 您好，「{title}」的报名已取消。",
        "signup_yours_checked_in": "{name} 您好，「{title}」签到成功。",
        "signup_none": "您没有可以取消的报名。",
        "signup_not_signed_up": "您没有报名「{title}」，签不了到，请先找工作人员。",
        "signup_no_event": "现在没有可以报名的「{keyword}」。",
        "signup_no_checkin": "签到码不对，请再看一下现场公布的签到码。",
        "signup_alone": "这次一人一个名额，带不了朋友；自己参加请回复「{keyword}」。",
        "signup_unclear": "一共几位没看明白，请写「{keyword} 2人」这样，就帮您报上。",
        "signup_too_many": "一位最多带 {guests} 位朋友，要带更多请联系管理员。",
        "signup_too_large": (
            "「{title}」一共只有 {capacity} 个名额，{people} 人报不下，可以少报几位再试。"
        ),
        "signup_too_large_still": (
            "「{title}」一共只有 {capacity} 个名额，{people} 人报不下，您之前的报名不变。"
        ),
        "signup_no_room_for_guests": "「{title}」剩下的名额不够，您的报名人数没有改。",
        "signup_question": "「{title}」请问：{question}",
        "signup_answers_done": "收到，「{title}」的信息都齐了，谢谢！",
        "signup_comment_thanks": "谢谢您的反馈！",
        "signups_rebooked": (
            "「{title}」（{notice}）从 {before} 改到了 {when}，{people} 人的报名跟着改了，"
            "请告诉他们。"
        ),
        "signups_stranded": (
            "「{title}」（{notice}）{before} 那一次不办了，已经有 {people} 人报名，请告诉他们。"
        ),
        "signup_list": (
            "「{title}」{when} 报名 {confirmed} 人，候补 {waiting} 人，"
            "签到 {attended} 人，签到码 {code}\n{lines}"
        ),
        "signup_list_empty": "「{title}」还没有人报名。签到码 {code}",
        "signup_list_none": "「{title}」没有报名。",
    }
)
