"""The API beside the pages: the same facts, for other programs."""

from bot.web.api.app import api

__all__ = ["api"]
