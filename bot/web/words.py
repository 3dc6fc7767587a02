"""What the console calls the things it shows."""

from types import MappingProxyType

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
SEVERITIES = MappingProxyType({0: "—", 1: "一般", 2: "严重", 3: "紧急"})
LABELS = MappingProxyType(
    {
        "complaint": "投诉",
        "question": "提问",
        "praise": "表扬",
        "ad": "广告",
        "signup": "报名",
        "chat": "闲聊",
    }
)
KINDS = MappingProxyType(
    {
        "fan": "粉丝群",
        "training": "培训群",
        "ignore": "不管的群",
        "support": "客服值班群",
        "": "未配置",
    }
)
LETTERS = MappingProxyType(
    {
        "queued": "等待发送",
        "sending": "正在发送",
        "sent": "已送达",
        "failed": "没发出去",
        "unconfirmed": "不确定是否送达",
        "dropped": "没有发（已放弃）",
    }
)
PURPOSES = MappingProxyType(
    {
        "holding-line": "群里的安抚",
        "handoff": "转到私聊",
        "relay-to-member": "客服的回复",
        "relay-to-staff": "转给客服",
        "staff-alert": "新工单提醒",
        "sla-alert": "超时提醒",
        "incident-alert": "事件提醒",
        "rating-request": "请客户评分",
        "notice": "公告",
        "reminder": "公告提醒",
        "signup": "报名回执",
        "answer": "自动回答",
        "welcome": "欢迎新人",
        "lesson": "课程",
        "moderation": "群管理",
        "command-reply": "指令的回复",
        "digest": "每日小结",
        "notify-manager": "通知管理员",
        "add-friend": "加好友",
        "accept-friend": "通过好友申请",
        "accept-invitation": "接受入群邀请",
        "remove-member": "移出群",
        "announce": "群公告",
    }
)
ROUTES = MappingProxyType(
    {
        "command": "当作指令执行",
        "danger": "有人说到轻生，马上叫人",
        "staff-menu": "回了一份指令说明",
        "private": "当作和客户的私聊处理",
        "complaint": "当作投诉处理",
        "follow-up": "补进了他还没处理完的工单",
        "own": "群管家自己说的",
        "repeat": "和几秒前的一样，没有再处理",
        "stale": "来得太晚，只记录不回答",
        "signup": "当作报名处理",
        "faq": "当作常见问题回答",
        "accept": "当作对邀请的答复",
        "answer": "当作常见问题回答",
        "answered-before": "刚回答过，没有再说一遍",
        "dossier": "管理员在问一个人的画像",
        "figures": "管理员在问数据",
        "gem": "收进了精华",
        "homework": "收下了作业",
        "incident": "当作对事件的指令执行",
        "learn": "收录了一条回答，等管理员确认",
        "learned": "管理员确认了收录的回答",
        "let-in": "管理员同意了好友申请",
        "material": "发了新人指南或资料",
        "name-room": "管理员说了这个群是做什么的",
        "notice-command": "当作公告的指令执行",
        "offences": "管理员在看违规记录",
        "order": "当作违反群规处理",
        "path": "管理员在看学员的阶段",
        "question": "在常见问题里找答案，有把握才说",
        "quiz": "管理员出了一道测验",
        "quiz-answer": "记下了测验的答案",
        "receipt": "记下了回执",
        "receipts": "管理员在问谁没回执",
        "roll-call": "开始收回执",
        "signup-answer": "记下了报名问的答案",
        "take-back": "撤回了一条指令",
        "unanswered": "管理员在看没人答的问题",
        "cooldown": "规则在冷却，只记录",
        "channel": "记下了从哪个渠道来",
        "recognise": "管理员在说谁和谁是同一个人",
        "": "只记录，没有打扰",
    }
)
NOTICE_STATES = MappingProxyType(
    {
        "planned": "已计划",
        "awaiting-approval": "等待批准",
        "held": "先压着",
        "queued": "正在发",
        "sent": "已发",
        "dropped": "没有发",
        "expired": "过时未发",
        "cancelled": "已取消",
        "unconfirmed": "不确定是否发出",
    }
)
SCENARIOS = MappingProxyType(
    {
        "promotion": "促销",
        "holiday": "传统节日",
        "recurring": "日常小活动",
        "launch": "新品",
        "shopping-festival": "购物节",
        "public-relations": "公关活动",
        "content": "每日内容",
    }
)
WHENS = MappingProxyType(
    {
        "once": "只发一次",
        "daily": "每天",
        "weekly": "每周",
        "monthly": "每月",
        "lunar": "农历每年",
        "solar": "节气",
        "after": "跟着另一个公告",
        "join": "入群后第几天",
        "rule": "自己写规则",
    }
)
# The kinds of pieces of a notice, and what their fields are called.
PIECES = MappingProxyType(
    {
        "text": "文字",
        "image": "图片",
        "voice": "语音",
        "file": "文件",
        "link": "链接卡片",
        "mini_program": "小程序",
    }
)
PIECE_FIELDS = MappingProxyType(
    {
        "url": "网址",
        "title": "卡片标题",
        "description": "说明（可以空着）",
        "thumbnail": "封面图的网址（可以空着）",
        "appid": "AppID（wx 开头）",
        "path": "打开哪一页（可以空着）",
        "username": "原始 ID（gh_ 开头，可以空着）",
    }
)
ONLY = MappingProxyType({"": "都发", "workdays": "只在工作日", "days-off": "只在周末和节假日"})
IF_MISSING = MappingProxyType({"send": "文字照发", "drop": "整条不发"})
QUIET = MappingProxyType({"wait": "等安静时段结束再发", "send": "照发", "drop": "不发"})
LUNAR_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
LUNAR_DAYS = (
    *("初一", "初二", "初三", "初四", "初五", "初六", "初七", "初八", "初九", "初十"),
    *("十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十"),
    *("廿一", "廿二", "廿三", "廿四", "廿五", "廿六", "廿七", "廿八", "廿九", "三十"),
)
SIGNUPS = MappingProxyType({"confirmed": "已报名", "waiting": "候补", "cancelled": "已取消"})
# What follows where a message is taken for something.
DOES = MappingProxyType(
    {
        "complaint": "开一个工单，私聊接过去，群里只说一句安抚的话",
        "question": "到常见问题里找答案，有把握才说",
        "praise": "记一次表扬",
        "ad": "按群规处理广告",
        "signup": "当作想报名",
        "chat": "什么也不做",
    }
)
MODES = MappingProxyType({"live": "生效", "shadow": "试运行", "off": "关闭"})
MESSAGE_KINDS = MappingProxyType(
    {
        "text": "文字",
        "image": "图片",
        "file": "文件",
        "voice": "语音",
        "video": "视频",
        "link": "链接",
        "mini-program": "小程序",
        "card": "名片",
        "red-envelope": "红包",
        "recalled": "撤回了一条消息",
        "other": "消息（类型不支持）",
    }
)
READINGS = MappingProxyType(
    {
        "asked": "是在问",
        "supposed": "是假设、担心",
        "taught": "是在教人、转述",
        "elsewhere": "说的是别处",
        "foreign": "说的是别家",
        "settled": "已经解决了",
        "negated": "前面有「没有、不」",
    }
)
ROLES = MappingProxyType({"manager": "管理员", "support": "客服"})
SCOPES = MappingProxyType(
    {
        "tickets:read": "读工单",
        "tickets:write": "处理工单",
        "notices:read": "读公告和报名",
        "groups:read": "读群和成员数",
        "classify": "判断句子",
        "reports:read": "读报表",
        "people:read": "读成员、画像和社群",
        "notices:write": "批准、压住、取消公告",
        "people:write": "改画像和阶段、撤销违规",
        "rules:read": "读规则和试运行",
        "state:read": "读运行状况和操作记录",
    }
)
WORDS: dict[str, object] = {
    "STATES": STATES,
    "SEVERITIES": SEVERITIES,
    "LABELS": LABELS,
    "KINDS": KINDS,
    "LETTERS": LETTERS,
    "PURPOSES": PURPOSES,
    "ROUTES": ROUTES,
    "NOTICE_STATES": NOTICE_STATES,
    "SCENARIOS": SCENARIOS,
    "SIGNUPS": SIGNUPS,
    "WHENS": WHENS,
    "QUIET": QUIET,
    "PIECES": PIECES,
    "PIECE_FIELDS": PIECE_FIELDS,
    "ONLY": ONLY,
    "IF_MISSING": IF_MISSING,
    "LUNAR_MONTHS": LUNAR_MONTHS,
    "LUNAR_DAYS": LUNAR_DAYS,
    "MODES": MODES,
    "DOES": DOES,
    "MESSAGE_KINDS": MESSAGE_KINDS,
    "READINGS": READINGS,
    "ROLES": ROLES,
    "SCOPES": SCOPES,
}
