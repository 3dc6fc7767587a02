"""What the API answers about life in the groups, field by field."""

from datetime import date, datetime

from bot.community.staying import Cohort
from bot.storage.tables import Offence, Standing, Trait
from bot.web.api.shapes import Shape
from bot.web.views import community


class StageShape(Shape):
    """Where somebody stands, since when and why; ``fixed`` was set by a manager."""

    stage: str
    since: datetime
    why: str
    fixed: bool

    @classmethod
    def of(cls, row: Standing | None) -> "StageShape | None":
        """Describe a standing, where there is one."""
        if row is None:
            return None
        return cls(stage=row.stage, since=row.since, why=row.why, fixed=row.fixed)


class PersonShape(Shape):
    """Somebody with his stages: in life, and on the way to distributor."""

    id: str
    name: str
    life: StageShape | None
    path: StageShape | None

    @classmethod
    def of(cls, row: community.Placed) -> "PersonShape":
        """Describe somebody."""
        life, path = StageShape.of(row.life), StageShape.of(row.path)
        return cls(id=row.contact, name=row.name, life=life, path=path)


class PeoplePage(Shape):
    """A page of people; ``next`` is the cursor of the following one."""

    items: list[PersonShape]
    next: str | None


class TraitShape(Shape):
    """Something that seems true of somebody, with what speaks for it and until when it holds."""

    side: str
    name: str
    seen: int
    evidence: str
    last_at: datetime
    expires_at: datetime | None
    fixed: bool

    @classmethod
    def of(cls, row: Trait) -> "TraitShape":
        """Describe a trait."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ReasonShape(Shape):
    """One reason of a score, with what it adds or takes."""

    why: str
    points: int


class ProfileShape(Shape):
    """What is known of somebody; ``gift_score`` is how much he seems to be here for gifts alone."""

    person: PersonShape
    traits: list[TraitShape]
    gift_score: int
    gift_reasons: list[ReasonShape]


class CohortShape(Shape):
    """Who came in a week or by a source; ``kept[n]`` is the share there n+1 weeks later."""

    name: str
    size: int
    kept: list[float | None]
    known: list[int]

    @classmethod
    def of(cls, cohort: Cohort) -> "CohortShape":
        """Describe a cohort."""
        kept, known = list(cohort.kept), list(cohort.known)
        return cls(name=cohort.name, size=cohort.size, kept=kept, known=known)


class RetentionShape(Shape):
    """Who stayed, by the week of joining (its Monday) and by what brought them."""

    weeks: list[CohortShape]
    sources: list[CohortShape]


class PartShape(Shape):
    """A part of a group's health."""

    name: str
    points: int
    most: int
    why: str


class HealthShape(Shape):
    """How well a group lives, out of 100, with its parts."""

    group: str
    name: str
    score: int
    parts: list[PartShape]


class CallShape(Shape):
    """A roll-call: a lesson to confirm, homework or a quiz."""

    id: int
    group: str
    kind: str
    title: str
    opened_at: datetime
    closes_at: datetime | None
    answers: int
    right: int


class AnswerShape(Shape):
    """An answer to a roll-call."""

    member: str
    name: str
    at: datetime
    right: bool | None


class CallWhole(Shape):
    """Who answered a roll-call, and who owes it."""

    answers: list[AnswerShape]
    missing: list[str]


class OffenceShape(Shape):
    """A breach of order, and what followed."""

    id: int
    member: str
    name: str
    group: str
    kind: str
    rule: str
    words: str
    step: str
    at: datetime
    expires_at: datetime
    undone_at: datetime | None
    undone_by: str

    @classmethod
    def of(cls, row: community.Breach) -> "OffenceShape":
        """Describe an offence."""
        found: Offence = row.offence
        alike = {"member", "kind", "rule", "words", "step", "at", "expires_at"}
        fields = {name: getattr(found, name) for name in (*alike, "undone_at", "undone_by")}
        return cls(id=found.number, name=row.name, group=found.room, **fields)


class InviterShape(Shape):
    """Who brought how many in thirty days; who left soon earns no ``credit``."""

    id: str
    name: str
    brought: int
    credit: int
    here: int


class LetterShape(Shape):
    """The letter of seven days, the last of which is ``until``."""

    until: date
    text: str


class MomentShape(Shape):
    """Something in somebody's story: what happened where, with its words."""

    at: datetime
    what: str
    text: str
    place: str


class MemberShape(Shape):
    """Somebody in a group; without ``joined_at`` he was there before the bot."""

    id: str
    name: str
    friend: bool
    joined_at: datetime | None
    inviter: str | None


class MemberPage(Shape):
    """A page of the people of a group; ``next`` is the cursor of the following one."""

    items: list[MemberShape]
    next: str | None
