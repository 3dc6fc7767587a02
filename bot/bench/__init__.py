"""How fast the bot is, as ratios against the plain way of doing the same, here and now."""

from bot.bench.measuring import Effort, measure

__all__ = ["Effort", "measure"]
