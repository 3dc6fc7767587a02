"""Every sentence the bot says, by whom it is said to; ``[wording]`` can replace each by its key."""

from collections.abc import Mapping
from types import MappingProxyType

from handlers.sentences.commands import COMMANDS
from handlers.sentences.community import COMMUNITY
from handlers.sentences.groups import GROUPS
from handlers.sentences.managers import MANAGERS
from handlers.sentences.members import MEMBERS
from handlers.sentences.notices import NOTICES
from handlers.sentences.staff import STAFF

SENTENCES: Mapping[str, str] = MappingProxyType(
    {**GROUPS, **MEMBERS, **STAFF, **COMMANDS, **MANAGERS, **NOTICES, **COMMUNITY}
)
