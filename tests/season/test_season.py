"""A short season: everybody who came is greeted once, hunters and spammers are told apart."""

from tests.season.play import Stage, area
from tests.season.script import Writer


async def test_a_short_season() -> None:
    season = Writer(3, weeks=3, groups=4, people=160).write()
    outcome = await Stage(season).play()

    assert outcome.alarms == 0
    assert outcome.greeted == outcome.expected > 0
    assert outcome.auc >= 0.85
    assert outcome.caught == outcome.spammers
    assert outcome.innocent == 0
    assert len(outcome.letters) >= 3
    early, late = outcome.kept("giveaway", 1), outcome.kept("inviter", 1)
    assert early is not None
    assert late is not None
    assert early < late


def test_the_area_under_the_curve() -> None:
    assert area([3, 4], [1, 2]) == 1.0
    assert area([1, 2], [3, 4]) == 0.0
    assert area([1, 2], [1, 2]) == 0.5
