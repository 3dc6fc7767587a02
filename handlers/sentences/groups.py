"""What is said in fan and training groups."""

from types import MappingProxyType

GROUPS = MappingProxyType(
    {
        "holding_line": "{name} 您好，已安排专人联系您，请留意私信。",
        "holding_line_stranger": (
            "{name} 您好，已安排专人为您处理，请通过我的好友申请，我们私下说。"
        ),
        "welcome_fan": "欢迎 {names} 加入{group}！有问题随时在群里问，想找人工可以私信我。",
        "welcome_training": "欢迎 {names} 来到{group}！课程和资料会按时发在群里，记得看公告。",
    }
)
