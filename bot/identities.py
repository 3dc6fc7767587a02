"""The ids WeChat uses now for those it called otherwise before: put right where they come and go.

Everything inside speaks of the ids it knew first, so that a configuration, a ticket and a key
that names somebody stay true when a web protocol gives everybody another id at a log-in.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from sqlalchemy import select
from sqlmodel import Session, col

from bot.message import (
    Befriended,
    Contact,
    Departed,
    FriendRequested,
    Heard,
    Invited,
    Joined,
    Letter,
    Message,
    Named,
    RoomKnown,
    TopicChanged,
)
from bot.storage.asking import ACCOUNT, Question
from bot.storage.tables import Binding, BindingState
from bot.transports import Attachment, Transport

Id = Callable[[str], str]

SAME = Question(
    select(col(Binding.current), col(Binding.lasting))
    .where(col(Binding.account) == ACCOUNT, col(Binding.state) == BindingState.ACCEPTED)
    .order_by(col(Binding.decided_at), col(Binding.number))
)


class Identities:
    """What managers said is the same, by WeChat's id of now and by ours; empty for most."""

    def __init__(self) -> None:
        self._inward: Mapping[str, str] = {}
        self._outward: Mapping[str, str] = {}

    def load(self, session: Session, account: int) -> None:
        """Learn from the database what is the same."""
        pairs = SAME.all(session, account=account)
        self._inward = dict(pairs)
        self._outward = {lasting: current for current, lasting in pairs}

    def inward(self, events: Sequence[Heard]) -> Sequence[Heard]:
        """Put our ids into what was heard."""
        if not self._inward:
            return events
        return [self._heard(event) for event in events]

    def outward(self, letter: Letter) -> Letter:
        """Put WeChat's ids of now into what is to be done."""
        if not self._outward:
            return letter
        return replace(
            letter,
            room=_maybe(letter.room, self._theirs),
            contact=_maybe(letter.contact, self._theirs),
            mentions=tuple(self._theirs(each) for each in letter.mentions),
        )

    def _ours(self, id_: str) -> str:
        return self._inward.get(id_, id_)

    def _theirs(self, id_: str) -> str:
        return self._outward.get(id_, id_)

    def _heard(self, event: Heard) -> Heard:
        put = PARTS.get(type(event))
        return event if put is None else put(event, self._ours)


def _maybe(id_: str | None, put: Id) -> str | None:
    return None if id_ is None else put(id_)


def _contact(contact: Contact, put: Id) -> Contact:
    return replace(contact, id=put(contact.id))


def _contacts(contacts: Iterable[Contact], put: Id) -> tuple[Contact, ...]:
    return tuple(_contact(contact, put) for contact in contacts)


def _message(event: Message, put: Id) -> Message:
    return replace(
        event,
        sender=_contact(event.sender, put),
        room=_maybe(event.room, put),
        mentions=tuple(put(each) for each in event.mentions),
        listener=put(event.listener),
    )


def _known(event: RoomKnown, put: Id) -> RoomKnown:
    members = _contacts(event.members, put)
    return replace(event, room=put(event.room), owner=put(event.owner), members=members)


def _joined(event: Joined, put: Id) -> Joined:
    members, inviter = _contacts(event.members, put), _maybe(event.inviter, put)
    return replace(event, room=put(event.room), members=members, inviter=inviter)


def _departed(event: Departed, put: Id) -> Departed:
    members = tuple(put(each) for each in event.members)
    remover = _maybe(event.remover, put)
    return replace(event, room=put(event.room), members=members, remover=remover)


def _renamed(event: TopicChanged, put: Id) -> TopicChanged:
    return replace(event, room=put(event.room), changer=_maybe(event.changer, put))


def _invited(event: Invited, put: Id) -> Invited:
    return replace(event, sender=_contact(event.sender, put), room=_maybe(event.room, put))


def _requested(event: FriendRequested, put: Id) -> FriendRequested:
    return replace(event, sender=_contact(event.sender, put))


def _befriended(event: Befriended, put: Id) -> Befriended:
    return replace(event, contact=_contact(event.contact, put))


def _named(event: Named, put: Id) -> Named:
    return replace(event, contact=_contact(event.contact, put))


PARTS: Mapping[type, Callable[[Any, Id], Heard]] = {
    Message: _message,
    RoomKnown: _known,
    Joined: _joined,
    Departed: _departed,
    TopicChanged: _renamed,
    Invited: _invited,
    FriendRequested: _requested,
    Befriended: _befriended,
    Named: _named,
}


class Translated:
    """A transport to which letters are written with our ids."""

    def __init__(self, transport: Transport, identities: Identities) -> None:
        self._transport = transport
        self._identities = identities

    def events(self) -> AsyncIterator[Heard]:
        """Yield what happens, as WeChat tells it."""
        return self._transport.events()

    async def send(self, letter: Letter) -> str:
        """Do what the letter says, to whom WeChat knows."""
        return await self._transport.send(self._identities.outward(letter))

    async def attachment(self, message: str) -> Attachment:
        """Fetch what came with a message."""
        return await self._transport.attachment(message)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave the line to who opened it."""
