"""People's python-wechaty plug-ins, run on the connection that the bot already has.

Nothing of ``wechaty`` is imported before a ``PluginHost`` is entered.
"""

from bot.transports.facade.host import PluginFailure, PluginHost

__all__ = ["PluginFailure", "PluginHost"]
