"""What is known of people: traits with what speaks for them, and the stages where they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.storage.asking import chunks
from bot.storage.tables import Standing, Trait

QUOTED = 60  # characters of what was said that are kept as evidence
SET_BY = " 设定"  # how the reason ends where a manager set it
LIFE, PATH = "life", "path"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that speaks for a trait: what was said or done, the message, and when."""

    text: str
    source: str
    at: datetime


class People:
    """The traits and standings of one account; the only writer of their rows.

    What a manager denied or set stays so, whatever the rules see.
    """

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now
        self._traits: dict[str, dict[tuple[str, str], Trait]] = {}  # of whom all are at hand
        self._standings: dict[str, dict[str, Standing]] = {}  # the kinds of which all are at hand

    # -- traits

    def notice(
        self, contact: str, side: str, name: str, evidence: Evidence, *, expire: timedelta
    ) -> Trait:
        """Note that something seems true of somebody; seen again, it is believed for longer."""
        trait = self._trait(contact, side, name, evidence.at)
        trait.seen += 1
        if trait.denied:
            return trait
        trait.evidence = " ".join(evidence.text.split())[:QUOTED]
        trait.source, trait.last_at = evidence.source, evidence.at
        trait.expires_at = None if trait.fixed else evidence.at + expire
        return trait

    def add(self, contact: str, side: str, name: str, by: str) -> None:
        """Let a manager say that something is true of somebody."""
        trait = self._trait(contact, side, name, self._now)
        trait.denied, trait.fixed, trait.expires_at = False, True, None
        trait.evidence, trait.source, trait.last_at = "管理员添加", by, self._now

    def deny(self, contact: str, name: str, by: str) -> bool:
        """Let a manager say that something is not true of somebody; False where nobody said so."""
        wanted = select(Trait).where(
            Trait.account == self._account, Trait.contact == contact, Trait.name == name
        )
        found = self._session.exec(wanted).all()
        for trait in found:
            trait.denied, trait.fixed, trait.source = True, False, by
        return bool(found)

    def traits(self, contact: str) -> list[Trait]:
        """List what is believed of somebody now, side by side, the most seen first."""
        wanted = select(Trait).where(
            Trait.account == self._account,
            Trait.contact == contact,
            col(Trait.denied).is_(False),
        )
        order = (col(Trait.side), col(Trait.seen).desc(), col(Trait.name))
        found = self._session.exec(wanted.order_by(*order))
        return [t for t in found if t.expires_at is None or t.expires_at > self._now]

    def expire(self) -> int:
        """Forget what was not seen again in time, and return how much that was."""
        wanted = select(Trait).where(
            Trait.account == self._account,
            col(Trait.denied).is_(False),
            col(Trait.expires_at) <= self._now,
        )
        gone = self._session.exec(wanted).all()
        for trait in gone:
            self._session.delete(trait)
        return len(gone)

    def learn(self, contacts: Sequence[str]) -> None:
        """Have all traits of these people at hand, with few questions to the database."""
        for some in chunks(contacts):
            self._traits.update((contact, {}) for contact in some)
            wanted = select(Trait).where(
                Trait.account == self._account, col(Trait.contact).in_(some)
            )
            for row in self._session.exec(wanted):
                self._traits[row.contact][row.side, row.name] = row

    def _find(self, contact: str, side: str, name: str) -> Trait | None:
        if contact in self._traits:
            return self._traits[contact].get((side, name))
        return self._session.get(Trait, (self._account, contact, side, name))

    def _trait(self, contact: str, side: str, name: str, at: datetime) -> Trait:
        row = self._find(contact, side, name)
        if row is None:
            row = Trait(
                account=self._account,
                contact=contact,
                side=side,
                name=name,
                first_at=at,
                last_at=at,
            )
            self._session.add(row)
            if contact in self._traits:
                self._traits[contact][side, name] = row
        return row

    # -- standings

    def standing(self, contact: str, kind: str) -> Standing | None:
        """Return where somebody stands."""
        if kind in self._standings:
            return self._standings[kind].get(contact)
        return self._session.get(Standing, (self._account, contact, kind))

    def move(self, contact: str, kind: str, stage: str, why: str) -> str | None:
        """Let a rule move somebody; return where he stood, or None where nothing changed."""
        row = self.standing(contact, kind)
        if row is not None and (row.fixed or row.stage == stage):
            return None
        return self._set(row, contact, kind, stage, why)

    def fix(self, contact: str, kind: str, stage: str, by: str) -> str:
        """Let a manager say where somebody stands; rules leave it alone afterwards."""
        row = self.standing(contact, kind)
        before = self._set(row, contact, kind, stage, by + SET_BY)
        self._session.flush()
        fixed = self.standing(contact, kind)
        if fixed is not None:
            fixed.fixed = True
        return before

    def all(self, kind: str) -> list[Standing]:
        """List everybody's standing of a kind, who stands there longest first."""
        wanted = select(Standing).where(Standing.account == self._account, Standing.kind == kind)
        rows = list(self._session.exec(wanted.order_by(col(Standing.since), Standing.contact)))
        self._standings[kind] = {row.contact: row for row in rows}
        return rows

    def standing_in(
        self, kind: str, stages: Sequence[str], *, before: datetime | None, after: datetime | None
    ) -> list[str]:
        """Name who came into one of these stages in a span of time, the earliest first."""
        wanted = select(Standing.contact).where(
            Standing.account == self._account,
            Standing.kind == kind,
            col(Standing.stage).in_(stages),
        )
        if before is not None:
            wanted = wanted.where(Standing.since < before)
        if after is not None:
            wanted = wanted.where(Standing.since > after)
        return list(self._session.exec(wanted.order_by(col(Standing.since), Standing.contact)))

    def standings(self, kind: str) -> Mapping[str, Standing]:
        """Map everybody to his standing of a kind; the database is asked once."""
        if kind not in self._standings:
            self.all(kind)
        return self._standings[kind]

    def _set(self, row: Standing | None, contact: str, kind: str, stage: str, why: str) -> str:
        before = row.stage if row is not None else ""
        if row is None:
            row = Standing(
                account=self._account, contact=contact, kind=kind, stage=stage, since=self._now
            )
            self._session.add(row)
            self._standings.get(kind, {})[contact] = row
        row.stage, row.since, row.why = stage, self._now, why
        return before
