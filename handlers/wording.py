"""Every sentence the bot says, in one place; each can be replaced under ``[wording]``."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.config.placeholders import fill, placeholders

TOPICS = MappingProxyType(
    {
        "quality": "质量",
        "logistics": "物流",
        "refund": "退款",
        "service": "服务",
        "price": "价格",
        "fraud": "虚假宣传",
        "after-sales": "售后",
        "health": "健康安全",
        "human": "人工服务",
    }
)
SEVERITIES = MappingProxyType({1: "一般", 2: "严重", 3: "紧急"})
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

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        # in the group
        "holding_line": "{name} 您好，已安排专人联系您，请留意私信。",
        "holding_line_stranger": (
            "{name} 您好，已安排专人为您处理，请通过我的好友申请，我们私下说。"
        ),
        "welcome_fan": "欢迎 {names} 加入{group}！有问题随时在群里问，想找人工可以私信我。",
        "welcome_training": "欢迎 {names} 来到{group}！课程和资料会按时发在群里，记得看公告。",
        # privately to a member
        "handoff": (
            "{name} 您好，我是{group}的群管家。您在群里反映的情况已经转给专人，"
            "工单号 #{ticket}。方便的话，请直接在这里补充订单号、照片等信息，我们会尽快回复您。"
        ),
        "handoff_private": "{name} 您好，已为您登记，工单号 #{ticket}，专人会在这里回复您。",
        "friend_hello": (
            "您好，我是{group}的群管家，关于您反映的问题（工单 #{ticket}），请通过一下。"
        ),
        "friend_greeting": (
            "您好 {name}，我是群管家。有问题直接发给我；回复「人工」找客服，回复「进度」查工单。"
        ),
        "private_menu": "收到。需要人工客服请回复「人工」，查询处理进度请回复「进度」。",
        "progress": "工单 #{ticket}：{state}，{opened} 登记，{assignee}。",
        "progress_none": "您目前没有处理中的工单。需要人工客服请回复「人工」。",
        "rating_request": (
            "{name} 您好，您的问题（工单 #{ticket}）已处理完。请给这次服务打个分："
            "回复 1–5（5 为非常满意）。如果还没解决，直接回复我就行。"
        ),
        "rating_thanks": "谢谢您的评价，祝您生活愉快！",
        # in the support room
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
        # answers to commands
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
        # to managers
        "invited": "{name} 邀请我加入群「{group}」。回复「接受 {number}」我就进群。",
        "invitation_accepted": "已接受邀请 {number}，正在进群「{group}」。",
        "invitation_unknown": "没有编号为 {number} 的邀请。",
        "room_unknown": (
            "我在群「{group}」（{room}）里，但配置里没有它，所以我只听不说。"
            '要启用，请在 config.toml 加一段 [[groups]]，写上 id = "{room}" 和 kind。'
        ),
    }
)


def variables() -> dict[str, frozenset[str]]:
    """Map each sentence's key to the placeholders it may use, for checking ``[wording]``."""
    return {key: placeholders(text) for key, text in SENTENCES.items()}


class Wording:
    """The sentences in force: the shipped ones, and those that ``[wording]`` replaces."""

    def __init__(self, replaced: Mapping[str, str]) -> None:
        self._sentences = {**SENTENCES, **replaced}

    def __call__(self, key: str, **values: object) -> str:
        """Say the sentence with this key; values that it does not mention are left out."""
        return fill(self._sentences[key], {name: str(value) for name, value in values.items()})


def topic_name(topic: str) -> str:
    """Name a topic for people."""
    return TOPICS.get(topic, topic or "其他")
