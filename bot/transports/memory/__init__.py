"""WeChat without WeChat: a town of people and groups that lives in this process."""

from bot.transports.memory.wechat import MemoryWeChat
from bot.transports.memory.world import NotPossible, RoomPlan, Setting, World

__all__ = ["MemoryWeChat", "NotPossible", "RoomPlan", "Setting", "World"]
