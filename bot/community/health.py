"""How well a group lives: out of a hundred, in parts that say why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a group's health; ``told`` are its numbers, ``scale`` is how they count."""

    name: str
    points: int
    most: int
    told: str
    scale: str = ""
    known: bool = True  # False: nobody can tell yet, and half of it is given

    @property
    def why(self) -> str:
        """The numbers, and how they count."""
        return f"{self.told}，{self.scale}" if self.scale else self.told


@dataclass(frozen=True, slots=True)
class Health:
    """How well a group lives, out of 100, and why."""

    room: str
    parts: tuple[Part, ...]

    @property
    def score(self) -> int:
        """The sum of the parts."""
        return sum(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class Week:
    """Some days of some rooms, added up."""

    messages: int = 0
    speakers: int = 0
    replies: int = 0
    bot: int = 0
    joins: int = 0
    leaves: int = 0
    questions: int = 0
    answered: int = 0
    complaints: int = 0
    praise: int = 0
    breaches: int = 0
    present: int = 0


def health_parts(week: Week, kept: float | None) -> tuple[Part, ...]:
    """Split the health of a week into its parts; what cannot be known counts as half."""
    speak = week.speakers / week.present if week.present else 0.0
    talk = week.replies / week.messages if week.messages else 0.0
    share = week.bot / (week.bot + week.messages) if week.bot + week.messages else 0.0
    trouble = (week.complaints + week.breaches) / week.messages if week.messages else 0.0
    return (
        Part(
            "有人说话",
            round(30 * min(speak / 0.2, 1)),
            30,
            f"{week.present} 人里 {week.speakers} 人说过话（{speak:.0%}）",
            "20% 算满",
        ),
        Part(
            "群友互相接话",
            round(30 * min(talk / 0.5, 1)),
            30,
            f"{week.messages} 条消息里 {week.replies} 条在接别人的话（{talk:.0%}）",
            "50% 算满",
        ),
        Part(
            "新人留下",
            10 if kept is None else round(20 * kept),
            20,
            "近期没有满一周的新人，按一半算" if kept is None else f"满一周的新人还在 {kept:.0%}",
            known=kept is not None,
        ),
        Part(
            "不靠机器人撑着",
            round(10 * max(0.0, 1 - share / 0.5)),
            10,
            f"机器人的话占 {share:.0%}",
            "到 50% 算零分",
        ),
        Part(
            "投诉和违规少",
            round(10 * max(0.0, 1 - trouble / 0.05)),
            10,
            f"投诉 {week.complaints}，违规 {week.breaches}",
            "到消息的 5% 算零分",
        ),
    )
