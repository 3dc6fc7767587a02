"""What is said in the support room."""

from types import MappingProxyType

STAFF = MappingProxyType(
    {
        "staff_alert": (
            "【新工单 #{ticket}】{topic} · {severity}\n"
            "{name}（{group}）：\n「{text}」\n判断依据：{words}（规则 {rule}）\n{contact}\n"
            "回复「#{ticket} 接单」由您负责。"
        ),
        "contact_friend": "已私信客户，等您接手。",
        "contact_stranger": "客户还不是好友，已发好友申请，通过后自动开始私聊。",
        "contact_waiting": "客户还不是好友，之前的好友申请还没有通过。",
        "member_says": "#{ticket} {name}：{text}",
        "member_says_in_group": "#{ticket} {name} 在「{group}」又说：{text}",
        "member_sends": "#{ticket} {name} 发来{kind}：",
        "member_back": "#{ticket} {name} 已通过好友申请，私聊已经开始。",
        "member_reopened": "#{ticket} {name} 在解决后又来消息，工单已重开：{text}",
        "member_rated": "#{ticket} {name} 评分：{rating} 分。",
        "member_asks_progress": "#{ticket} {name} 正在询问进度。",
        "delivered": "#{ticket} 已送达 {name}。",
        "not_delivered": "#{ticket} 没有送达 {name}：{why}",
        "not_certain": (
            "#{ticket} 发给 {name} 的一条消息不确定是否送达，请人工核实，不会自动重发。"
        ),
        "unreachable": (
            "#{ticket} 无法私信 {name}（不是好友），已发好友申请；"
            "请留意，必要时请用自己的微信联系。"
        ),
        "unreachable_no_group": (
            "#{ticket} 无法私信 {name}（不是好友，也没有共同的群），请人工联系。"
        ),
        "handler_failed": "有一条消息处理时出错，请人工查看（编号 {source}，环节 {step}）。",
        "link_lost": "与微信的连接已断开：{why}。断开期间群里说的话收不到。",
        "link_back": "与微信的连接已恢复。{since} 到 {until} 之间的消息没有收到，请人工翻看。",
        "logged_out": "微信账号已掉线：{why}。请在网关所在的电脑上重新扫码登录。",
        "unconfirmed": "重启前有 {count} 条消息不确定是否送达，不会自动重发，请在后台核实。",
        "throttled": "微信提示「操作过于频繁」，我停发了消息，到 {until} 才恢复；期间的消息已补发。",
    }
)
