"""Who works at the desk under one configuration, when, and what he is called."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache, partial

from bot.config import Config
from bot.config.people import StaffRole, StaffSettings
from bot.desk.duty import Worker, choose
from bot.desk.service import count_open
from bot.message import Message
from bot.storage.tables import Ticket
from bot.turn import Turn
from knowledge.calendar import Calendar, Hours

MENTION = re.compile(r"@[^\u2005\s]{1,40}\u2005?")
MOMENTS_KEPT = 256
HANDED_TO = re.compile(r"^[交给到\s@＠]+")
AFTER_A_NAME = re.compile(
    r"(吧|了|啦|哈|来?(处理|跟进|看|接|负责)(一?下)?吧?)?([\s\u2005，,。.!！~～].*)?$", re.DOTALL
)
ABOUT_PEOPLE = frozenset({"service", "fraud"})  # complaints in which a mention is an accusation


@dataclass(frozen=True)
class Roster:
    """The staff, their hours and their names."""

    config: Config
    calendar: Calendar

    @cached_property
    def hours(self) -> Hours:
        """The service hours of the desk."""
        return Hours(self.config.support.hours, self.calendar)

    @cached_property
    def after(self) -> Callable[[datetime, timedelta], datetime]:
        """Return when so much service time has passed; who complains together asks the same."""
        return lru_cache(MOMENTS_KEPT)(self.hours.add)

    @cached_property
    def workers(self) -> tuple[Worker, ...]:
        """The staff, in the order of the configuration."""
        return tuple(
            Worker(
                id=staff.id,
                name=staff.name,
                hours=Hours(staff.hours, self.calendar) if staff.hours else self.hours,
                zone=self.calendar.zone,
                lead=staff.role is StaffRole.LEAD,
                topics=frozenset(staff.topics),
                off=staff.off,
            )
            for staff in self.config.support.staff
        )

    @cached_property
    def leads(self) -> tuple[str, ...]:
        """The ids of the leads; the managers where there is none."""
        leads = tuple(worker.id for worker in self.workers if worker.lead)
        return leads or self.config.wechat.managers

    def worker(self, contact: str | None) -> Worker | None:
        """Return one of the staff by id."""
        return next((each for each in self.workers if each.id == contact), None)

    def is_lead(self, contact: str) -> bool:
        """Say whether somebody may do what leads and managers may."""
        return contact in self.leads or contact in self.config.managers

    def known(self, contact: str | None) -> bool:
        """Say whether somebody may own tickets."""
        return contact in self.config.staff or contact in self.config.managers

    def name(self, contact: str | None) -> str:
        """Name somebody of the staff for people to read."""
        staff = self.config.staff.get(contact or "")
        if staff is not None:
            return staff.name
        return "管理员" if contact in self.config.managers else contact or ""

    def in_charge(self, ticket: Ticket | None) -> list[str]:
        """List whom to ask about a ticket: leads it does not name, else such managers."""
        barred = ticket.barred if ticket is not None else []
        leads = [lead for lead in self.leads if lead not in barred]
        return leads or [each for each in self.config.wechat.managers if each not in barred]

    def next_for(self, turn: Turn, ticket: Ticket) -> Worker | None:
        """Say who is to take a ticket now; None where nobody is there."""
        return self.first_for(turn, ticket.topic, ticket.barred, ticket.passed_by)

    def first_for(
        self, turn: Turn, topic: str, barred: Collection[str], passed: Sequence[str] = ()
    ) -> Worker | None:
        """Say who is to take a ticket of a topic, who is not barred; best none who passed it by."""
        load = count_open(turn.session, turn.account)
        without = partial(choose, self.workers, topic, load, turn.now)
        return without(barred={*barred, *passed}) or without(barred={*barred, *passed[-1:]})

    def back(self, now: datetime) -> datetime | None:
        """Return when somebody is there next."""
        moments = [worker.back(now) for worker in self.workers]
        return min((moment for moment in moments if moment is not None), default=None)

    def meant(self, message: Message, text: str) -> tuple[str, list[StaffSettings]]:
        """Return what was typed for a colleague's name, and who may be meant by it."""
        staff = self.config.support.staff
        wanted = HANDED_TO.sub("", text).strip(" \u2005")
        found = [each for each in staff if each.id in message.mentions]
        for words in (wanted, AFTER_A_NAME.sub("", wanted, count=1)):
            if len(found) != 1:
                found = [each for each in staff if words in (each.name, each.id, *each.aliases)]
        return wanted, found

    def named(self, message: Message, topic: str) -> tuple[str, ...]:
        """Return the ids of staff and distributors whom a complaint names.

        To address somebody with @ is not to complain of him, unless it is about conduct.
        """
        text = MENTION.sub("", message.text)
        found = [contact for name, contact in self._called.items() if name in text]
        if topic in ABOUT_PEOPLE:
            found += [each for each in message.mentions if each in self._called.values()]
        return tuple(dict.fromkeys(found))

    @cached_property
    def _called(self) -> Mapping[str, str]:
        people = self.config.support.people
        return {name: each.id for each in people for name in (each.name, *each.aliases)}
