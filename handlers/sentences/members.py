"""What is said to a member in private."""

from types import MappingProxyType

MEMBERS = MappingProxyType(
    {
        "handoff": (
            "{name} 您好，我是{group}的群管家。您在群里反映的情况已经转给专人，"
            "工单号 #{ticket}。方便的话，请直接在这里补充订单号、照片等信息，我们会尽快回复您。"
        ),
        "handoff_private": "{name} 您好，已为您登记，工单号 #{ticket}，专人会在这里回复您。",
        "handoff_danger": (
            "{name}，看到您的话了，我们很担心您，已经在叫同事来和您说话。"
            "如果现在有危险，请先打 120 或 110；难受的时候也可以打 12356 心理援助热线，有人听您说。"
            "先别一个人扛着。"
        ),
        "handoff_later": "现在不在服务时间，专人会从 {back} 起尽快回复您。",
        "friend_hello": (
            "您好，我是{group}的群管家，关于您反映的问题（工单 #{ticket}），请通过一下。"
        ),
        "friend_greeting": (
            "您好 {name}，我是群管家。有问题直接发给我；回复「人工」找客服，回复「进度」查工单。"
        ),
        "who_i_am": "我是群管家，一个自动回复的程序。想和真人说话，私信我「人工」就行。",
        "private_menu": "收到。需要人工客服请回复「人工」，查询处理进度请回复「进度」。",
        "human_called": "已经再提醒 {staff}，会尽快在这里回复您。",
        "progress": "工单 #{ticket}：{state}，{opened} 登记，{assignee}。",
        "progress_none": "您目前没有处理中的工单。需要人工客服请回复「人工」。",
        "rating_request": (
            "{name} 您好，您的问题（工单 #{ticket}）已处理完。请给这次服务打个分："
            "回复 1–5（5 为非常满意）。如果还没解决，直接回复我就行。"
        ),
        "rating_beyond": "分数是 1–5，5 为非常满意。您打几分呢？",
        "rating_thanks": "谢谢您的评价，祝您生活愉快！",
        "rating_thanks_low": (
            "谢谢您直说，这次没让您满意，很抱歉。如果问题还没解决，直接在这里告诉我，马上转给专人。"
        ),
        "rating_thanks_ask": (
            "谢谢您的评价！方便我在群里说一声您的问题已经解决了吗？"
            "同意请回复「可以」，不方便就不用回复。"
        ),
        "rating_known": "已经记下您的评分（{rating} 分），谢谢！",
        "silence_warning": (
            "{name} 您好，工单 #{ticket} 还在等您的回复。{days} 天内没有收到，我们会先关闭它；"
            "之后直接回复就能继续。"
        ),
        "silence_closed": "工单 #{ticket} 先关闭了。还需要帮助的话，七天内直接回复我就能继续。",
    }
)
