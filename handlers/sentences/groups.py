"""What is said in fan and training groups."""

from types import MappingProxyType

GROUPS = MappingProxyType(
    {
        "holding_line": "{name} 您好，已安排专人联系您，请留意私信。",
        "holding_line_stranger": (
            "{name} 您好，已安排专人为您处理，请通过我的好友申请，我们私下说。"
        ),
        "holding_line_unasked": "{name} 您好，已安排专人为您处理，也可以加我好友私下说。",
        "thanks_in_group": "谢谢 {name} 的耐心和反馈，您反映的情况已经处理好了。",
        "statement": (
            "各位好，关于最近几位朋友反映的{topic}情况，我们已经在集中处理，有进展会在群里告诉大家。"
            "您个人的情况请直接私信我，有专人跟进。"
        ),
        "welcome_fan": "欢迎 {names}加入{group}！有问题随时在群里问，想找人工可以私信我。",
        "welcome_training": "欢迎 {names}来到{group}！课程和资料会按时发在群里，记得看公告。",
    }
)
