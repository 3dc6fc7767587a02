"""``python -m tests.season``: plays a season and prints what came of it, and its letters."""

import argparse
import asyncio
import json
import sys
from tempfile import TemporaryDirectory

from bot.storage.migrate import upgrade
from tests.season.play import Outcome, Stage
from tests.season.script import Writer

LEAST_AREA, LONGEST = 0.9, 300.0
BY_CHANCE = 4.0  # standard errors: once in thirty thousand seasons


def main() -> int:
    """Play it; exit 0 where everything holds that must hold."""
    parser = argparse.ArgumentParser(prog="tests.season", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--groups", type=int, default=20)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--letters", action="store_true", help="print the weekly letters too")
    wanted = parser.parse_args()
    season = Writer(
        wanted.seed, weeks=wanted.weeks, groups=wanted.groups, people=wanted.people
    ).write()
    with TemporaryDirectory(prefix="qunkeeper-season-") as folder:
        url = f"sqlite:///{folder}/season.db"  # in memory, what is remembered would count as held
        upgrade(url)
        outcome = asyncio.run(Stage(season, url).play())
    if wanted.letters:
        sys.stdout.write("\n\n".join(outcome.letters) + "\n\n")
    json.dump(figures(outcome), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return 0 if holds(outcome) else 1


def figures(outcome: Outcome) -> dict[str, object]:
    """Tell the outcome in numbers."""
    return {
        "messages": outcome.messages,
        "joins": outcome.joins,
        "greeted": outcome.greeted,
        "greetings expected": outcome.expected,
        "seconds": round(outcome.seconds, 1),
        "processor seconds": round(outcome.cpu, 1),
        "alarms": outcome.alarms,
        "kept four weeks: giveaway": outcome.kept("giveaway", 4),
        "kept four weeks: inviter": outcome.kept("inviter", 4),
        "apart, in standard errors": {
            f"{gift.name} / {other or '(alone)'}": round(outcome.apart(gift.name, other, 4), 1)
            for gift in outcome.by_source
            if gift.name.startswith("giveaway:")
            for other in ("inviter", "")
        },
        "kept": {
            c.name or "(alone)": [None if k is None else round(k, 2) for k in c.kept]
            for c in outcome.by_source
        },
        "area under the curve": round(outcome.auc, 3),
        "scored": outcome.scored,
        "spammers": [outcome.spammers, outcome.caught],
        "innocent": outcome.innocent,
        "letters": len(outcome.letters),
        "processor milliseconds a deed, by week": [
            round(1e3 * w.seconds / w.deeds, 1) if w.deeds else None for w in outcome.weeks
        ],
        "deeds, by week": [w.deeds for w in outcome.weeks],
        "MiB, by week": [round(w.mebibytes) for w in outcome.weeks],
    }


def holds(outcome: Outcome) -> bool:
    """Say whether all that is asked for holds."""
    gifts = [cohort.name for cohort in outcome.by_source if cohort.name.startswith("giveaway:")]
    pairs = [(gift, other) for gift in ("giveaway", *gifts) for other in ("inviter", "")]
    apart = all(outcome.apart(*pair, 4) > BY_CHANCE for pair in pairs)
    exact = outcome.greeted == outcome.expected > 0
    fast = outcome.seconds < LONGEST
    return apart and exact and fast and outcome.auc >= LEAST_AREA and outcome.alarms == 0


if __name__ == "__main__":
    sys.exit(main())
