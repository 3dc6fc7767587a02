"""When somebody may be spoken to who did not speak just now."""

from datetime import datetime

from bot.config import Config


def undisturbed(config: Config, moment: datetime) -> datetime:
    """Return the first moment, not before the given one, outside the quiet hours."""
    quiet = config.pace.quiet_hours
    if quiet is None:
        return moment
    return quiet.after(moment.astimezone(config.zone)).astimezone(moment.tzinfo)
