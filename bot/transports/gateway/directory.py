"""Who and what the account knows: people and rooms, as far as they had to be asked for."""

from contextlib import suppress
from dataclasses import dataclass

from bot.message import Contact
from bot.transports.gateway.inquiries import Inquiries
from bot.transports.gateway.shelf import Shelf
from bot.transports.gateway.timing import Timing
from bot.transports.gateway.wire import WireFault

PEOPLE = 50_000
ROOMS = 5_000


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the gateway describes it; the names of its members are not asked for."""

    id: str
    topic: str
    owner: str
    members: tuple[str, ...]


class Directory:
    """People and rooms, asked for once and again when an event says that they changed.

    A room of 500 costs one or two questions, not 500: a person is asked for when they speak, join
    or invite.
    """

    def __init__(self, inquiries: Inquiries, timing: Timing) -> None:
        self._inquiries = inquiries
        self._names: dict[str, str] = {}
        self._people = Shelf(self._fetch_person, keep=timing.contacts_kept, places=PEOPLE)
        self._rooms = Shelf(self._fetch_room, keep=timing.rooms_kept, places=ROOMS)

    async def person(self, contact: str, *, room: str | None = None) -> Contact:
        """Describe a person; raises WireFault where the gateway cannot be asked.

        Somebody whom the gateway does not know is still somebody: an id with no name.
        """
        try:
            person = await self._people.get(contact)
        except WireFault as fault:
            if fault.status is None:
                raise
            person = Contact(contact)
        if not person.name and room:
            person = Contact(contact, await self._name_within(room, contact), person.friend)
        if person.name:
            self._names[contact] = person.name
        return person

    async def person_anew(self, contact: str) -> Contact:
        """Describe a person of whom also the gateway may remember what is no longer true."""
        with suppress(WireFault):
            await self._inquiries.ask_contact_anew(contact)
        self._people.forget(contact)
        return await self.person(contact)

    async def room(self, room: str) -> Room:
        """Describe a room; raises WireFault where the gateway cannot be asked or does not know."""
        return await self._rooms.get(room)

    async def rooms(self) -> list[str]:
        """List the rooms of the account."""
        return await self._inquiries.rooms()

    def known(self, contact: str) -> Contact:
        """Name a person without asking anybody; the name is empty where it was never learned."""
        return Contact(contact, self._names.get(contact, ""))

    def room_changed(self, room: str) -> None:
        """Ask for this room anew."""
        self._rooms.forget(room)

    def person_changed(self, contact: str) -> None:
        """Ask for this person anew."""
        self._people.forget(contact)

    def everything_changed(self) -> None:
        """Ask for everything anew: nobody knows what happened meanwhile."""
        self._rooms.forget_all()
        self._people.forget_all()

    async def _name_within(self, room: str, contact: str) -> str:
        try:
            member = await self._inquiries.member(room, contact)
        except WireFault:
            return ""
        return str(member.room_alias or member.name)

    async def _fetch_person(self, contact: str) -> Contact:
        payload = await self._inquiries.contact(contact)
        friend = bool(payload.friend)
        return Contact(contact, payload.name, friend=friend, alias=payload.alias or "")

    async def _fetch_room(self, room: str) -> Room:
        payload = await self._inquiries.room(room)
        members = payload.member_ids or await self._inquiries.members(room)
        return Room(room, payload.topic, payload.owner_id, tuple(members))
