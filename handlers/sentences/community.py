"""What is said in and about the life of the groups: joining, order, answers, lessons, figures."""

from types import MappingProxyType

JOINING = {
    "added": "{name} 没有发邀请，直接把我拉进了群「{group}」。",
    "removed": "我不在群「{group}」里了{by}：那里的公告不再发，大家说的我也听不到。",
    "room_named": (
        "好的，群「{group}」从现在起是{kind}。"
        '想写进配置文件，请加一段 [[groups]]：id = "{room}"，kind = "{value}"。'
    ),
    "room_ignored": (
        "好的，群「{group}」我就不管了。"
        '想写进配置文件，请加一段 [[groups]]：id = "{room}"，kind = "ignore"。'
    ),
    "room_which": "有好几个群还没有定，请写上编号，例如「群 2 粉丝」。",
    "room_no_number": "没有等着您定的群。",
    "impression_hint": "\n想快速了解本群，发送「{keyword}」。",
    "impression_title": "欢迎来到「{group}」，先给您看看这里：",
    "impression_best": "最近大家说得好的：\n{lines}",
    "impression_events": "接下来的活动：\n{lines}",
    "impression_none": "本群的指南还在准备，有问题请直接在群里问。",
    "gem_kept": "已收进精华，新人会看到。",
    "gem_nothing": "没有收：请引用群里的一条文字消息，再发「精华」。",
    "friend_asks": ("{name} 申请加我为好友，验证语：{hello}。回复「通过 {number}」我就接受。"),
    "friend_let_in": "好的，稍后接受 {name}（{number}）的好友申请。",
    "channel_thanks": "收到，原来您是从{title}来的，欢迎！有什么想问的直接说。",
    "friend_unknown": "没有编号为 {number} 的好友申请。",
}

IDENTITY = {
    "binding_people": (
        "微信换了编号，有 {count} 个人看起来还是原来的人：\n{lines}\n"
        "是同一个人请回复「认人 {number}」，都对就回复「认人 全部」，"
        "不是就回复「不认人 {number}」。"
        "您确认之前，我按两个人分开记。"
    ),
    "binding_rooms": (
        "微信换了编号，有 {count} 个群看起来还是原来的群：\n{lines}\n"
        "是同一个群请回复「认群 {number}」，我就接着用原来的设置和记录，"
        "不是就回复「不认群 {number}」。您确认之前，我把它当新群。"
    ),
    "binding_line": "{number} 号 {name}：{evidence}{rights}",
    "binding_rights": "。请当心：这是管理员或客服，认了就有同样的权限",
    "binding_more": "……还有 {count} 个，发「认人」再看",
    "binding_none": "没有等着您认的。",
    "binding_unknown": "没有这个编号。发「认{word}」看等着您认的。",
    "binding_before": "{number} 号 {name} 之前已经认过了。",
    "binding_accepted": (
        "好的，{number} 号 {name} 认下了{what}。认错了请回复「不认{word} {number}」。"
    ),
    "binding_refused": "好的，{number} 号不是 {name}，分开记。",
    "binding_ended": (
        "好的，{number} 号从现在起和 {name} 分开记。"
        "之前合在一起的留在 {name} 名下，操作记录里有数。"
    ),
    "binding_same": "这两个是同一个编号。",
    "binding_known": "这两个之前提过了，发「认人」看等着您认的。",
}

ORDER = {
    "order_reminder": (
        "{name} 您好，「{group}」里不能{what}，刚才那条麻烦以后别再发。"
        "如果是误会，请直接告诉我，我转给管理员。"
    ),
    "order_warning": "{name}请不要在群里{what}，再有一次会请您离开本群。",
    "order_warning_told": "{name}请不要在群里{what}，再有一次会请群主处理。",
    "order_reminder_lively": (
        "{name} 您好，「{group}」里请尽量别{what}，别人的话容易被冲掉，谢谢～"
    ),
    "order_warning_lively": "{name}请尽量别{what}，大家的话才都看得到，谢谢～",
    "order_lively": (
        "{name} 在「{group}」提醒之后还在{what}（第 {number} 号记录）。多半是聊得起劲，"
        "这次先不动他；再有一次我会请他离开。误会的话回复「撤销 {number}」。"
    ),
    "order_removed": (
        "{name} 在「{group}」提醒之后仍然{what}（第 {number} 号记录），正在移出{removed}。"
        "处理错了请回复「撤销 {number}」。"
    ),
    "order_told": (
        "{name} 在「{group}」提醒之后仍然{what}（第 {number} 号记录）。"
        "我不是那里的群主，没有权限移出，请您处理{removed}。误会的话回复「撤销 {number}」。"
    ),
    "order_owner": "{name} 在您的群「{group}」里提醒之后仍然{what}，请您看看是否移出。",
    "order_unknown": "没有第 {number} 号违规记录。发送「违规」查看最近的。",
    "order_undone": "第 {number} 号记录已撤销，{name} 的提醒不再计数。",
    "order_undone_removal": (
        "第 {number} 号记录已撤销。微信不让我把人直接拉回，请您重新邀请 {name} 进{group}。"
    ),
    "order_undone_before": "第 {number} 号记录之前已经撤销过了。",
    "order_none": "没有违规记录。",
    "order_list": "最近的违规记录：\n{lines}\n撤销请回复「撤销 编号」。",
    "order_line": "{number} 号 {at} {name}（{group}）{what} → {step}",
}

ANSWERS = {
    "faq_answer": "{mention}{answer}",
    "faq_to_human": "{mention}这个问题我拿不准，已经请同事来看，稍等。",
    "faq_impatient": (
        "【有人等急了】{name}（{group}）：\n「{text}」\n"
        "这时候照搬常见问题会惹人更急，我没有回答，请看看要不要跟进。"
    ),
    "faq_staff": (
        "【群里有人问我】{name}（{group}）：\n「{text}」\n我拿不准，请到群里回复。"
        "答好后由管理员引用那条回复发「#收录」，下次我就会答。"
    ),
    "learned_kept": (
        "已记下，等您确认（第 {number} 条）：\n问：{question}\n答：{answer}\n"
        "回复「收录 {number} 通过」我就开始用，回复「收录 {number} 不要」就作罢。"
    ),
    "learned_nothing": "没有收录：请引用一条回答了群友问题的文字消息，再发「#收录」。",
    "learned_no_question": (
        "没有收录：看不出这条回复答的是什么问题。请写「#收录 问题」，把问题写在后面。"
    ),
    "learned_unknown": "没有第 {number} 条等待确认的收录。",
    "learned_approved": "好的，第 {number} 条已经启用，群里再问我就会答。",
    "learned_rejected": "好的，第 {number} 条作罢。",
    "unanswered_none": "最近 7 天群里的问题都有人回答。",
    "unanswered_title": "最近 7 天群里没人回答的问题 {count} 个，按主题：\n{lines}",
    "unanswered_theme": "【{theme}】{count} 个",
    "unanswered_line": "· {group} {name}：{text}",
}

TRAINING = {
    "receipt_chase": (
        "{name} 您好，「{group}」的「{title}」还差您的回执。看过以后回复「{word}」就行，谢谢。"
    ),
    "receipt_taken": "好的，「{title}」的回执记上了。",
    "receipt_status": "「{title}」已回执 {done}/{total}。还没有的：{names}",
    "receipt_all": "「{title}」{total} 位都已回执。",
    "receipt_none": "本群还没有需要回执的课程。",
    "receipt_nowhere": "还没有哪个群有需要回执的课程。",
    "homework_taken": "{mention}作业已收到，第 {count} 份。",
    "quiz_open": "【小测验】{question}\n{choices}\n直接回复选项字母，{minutes} 分钟后公布答案。",
    "quiz_choice": "{letter}. {choice}",
    "quiz_result": (
        "【测验结果】{question}\n正确答案：{answer}\n"
        "{count} 人作答，{right} 人答对（{share}%）。{explanation}"
    ),
    "quiz_empty": "【测验结果】{question}\n正确答案：{answer}\n这次没有人作答。{explanation}",
    "quiz_unknown": "没有叫「{quiz}」的测验。可以用的：{names}",
    "quiz_running": "本群还有一个测验没有结束，先等它公布答案。",
    "course_done": "「{title}」学完的 {count} 人：{names}",
    "course_none": "还没有人学完「{title}」。",
    "course_unknown": "没有叫「{course}」的课程。可以用的：{names}",
    "nickname": (
        "{name} 您好，「{group}」请大家把群昵称改成「{pattern}」，方便认人。改一下就好，谢谢。"
    ),
    "stage_moved": "{name} 现在是「{stage}」（原来「{before}」）。",
    "stage_already": "{name} 已经是「{stage}」了。",
    "stage_hint": "请写「阶段 姓名 {stages}」中的一个，例如「阶段 张三 首单」。",
    "stage_list": "去往经销商的路上：\n{lines}",
    "stage_line": "{stage} {count} 人{stuck}；下一步：{next}",
    "stage_stuck": "，其中 {count} 人停了 {days} 天以上（{names}）",
    "stage_empty": "还没有人在路上：培训群里有人说话或回执后就会出现在这里。",
    "member_which": "「{name}」不止一个人，请写微信 id：{ids}",
    "member_unknown": "没有找到「{name}」。",
}

PROFILES = {
    "profile": "{name}（{contact}）\n阶段：{life}\n{lines}",
    "profile_life": "{life}（{since}起，{why}）",
    "profile_no_life": "还不清楚，明早再看",
    "profile_path": "\n经销商之路：{stage}（{since}起，{why}）",
    "profile_side": "{side}：{traits}",
    "profile_trait": "{name}（{evidence}）",
    "profile_bare": "还没有记录到什么。",
    "profile_denied": "好的，{name} 不再记为「{trait}」，规则也不会再加回来。",
    "profile_added": "好的，已给 {name} 记上「{trait}」。",
    "profile_stage": "好的，{name} 的阶段改为「{stage}」，规则不再自动改动。",
    "score": (
        "{name} 的薅羊毛倾向 {score} 分（满分 100）。只看行为，不作处罚依据，请勿转告本人：\n"
        "{lines}"
    ),
    "score_none": "{name} 没有一条行为像是只为赠品来的。",
}

FIGURES = {
    "manager_menu": (
        "您可以问我：\n"
        "· 群：周报 · 健康 [群名] · 留存 · 来源 · 邀请榜 · 复盘 · 未答 · 公告\n"
        "· 人：画像 姓名 · 打分 姓名 · 阶段 · 学完 课程 · 认人 · 违规 · 撤销 编号\n"
        "· 在群里：引用一条发「精华」或「#收录」 · 回执 · 测验 编号 · 闭嘴 30 · 说话\n"
        "· 工单：发「工单」看清单，「#12」看一张"
    ),
    "board": "邀请榜（近 30 天，进群 {days} 天内离开的不算）：\n{lines}",
    "board_line": "{rank}. {name} {count} 人",
    "board_empty": "近 30 天还没有邀请记录。",
    "cohorts": "【留存】按进群那一周看，还有多少人在：\n{lines}",
    "cohort_line": "· {week}那周来 {count}，还在 {here}{kept}",
    "sources": "【来源】近 12 周进群的人次：\n{lines}",
    "source_line": "· {source}：来 {count}，还在 {here}{kept}",
    "source_channel": "渠道「{title}」",
    "source_gift": "赠品「{title}」期间",
    "source_inviter": "群友邀请",
    "source_other": "自己进来的",
    "sources_none": "近 12 周还没有人进群。",
    "health": "「{group}」健康分 {score}/100\n{lines}",
    "health_unknown": "「{group}」还没有满一天的记录，明天再看。",
    "health_none": "没有叫「{group}」的群。发「健康」看全部。",
    "yield_none": "还没有写 [[giveaways]]，没有可以复盘的赠品活动。",
    "health_line": "· {name} {score}/{most}：{why}",
    "letter": (
        "【每周来信】{since}–{until}\n{summary}\n\n做得好的：\n{good}\n\n接下来可以做：\n{todo}"
    ),
    "letter_summary": (
        "{groups} 个群 {people} 人，新来 {joins}、离开 {leaves}；{messages} 条消息，"
        "{speakers} 人说过话，群友互相接话 {replies} 次。"
    ),
    "yield": (
        "【赠品活动复盘】{title}：带来 {joined} 人，{kept}；"
        "看行为，大约 {hunters} 人只为赠品，真正留得住的约 {real} 人。"
    ),
    "yield_early": "还没满一周，留下多少过几天再看",
    "yield_week": "满一周的还在 {week} 人",
    "yield_month": "满一周的还在 {week} 人，满四周的还在 {month} 人",
    "yield_empty": "【赠品活动复盘】{title}：还没有人因为它进群。",
}

COMMUNITY = MappingProxyType(
    {**JOINING, **IDENTITY, **ORDER, **ANSWERS, **TRAINING, **PROFILES, **FIGURES}
)
