"""What config.toml says: frozen values, checked whole before anything starts."""

from bot.config.models import Config

__all__ = ["Config"]
