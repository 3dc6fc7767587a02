"""What rows tell of somebody by themselves: groups, hours, company, sign-ups, whom he brought."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select

from bot.community.days import Days
from bot.config.community import Side
from bot.storage.tables import Invite, PersonDay, Signup, SignupState, Ticket
from bot.turn import Turn

CLOCK = ((5, 9, "清晨活跃"), (9, 18, "白天活跃"), (18, 23, "晚上活跃"), (23, 29, "深夜活跃"))
MOSTLY = 0.5  # of somebody's messages that make a time of the day his
ENOUGH = 5  # messages before hours say anything
LOOKED_BACK = 60  # days of activity that are added up
COMPANY = timedelta(days=14)  # as far back as words are read again
SHOWN = 3


def plain_facts(turn: Turn, contact: str, zone: ZoneInfo) -> Mapping[Side, list[str]]:
    """List what is known of somebody without any rule, by side."""
    wanted = select(PersonDay).where(
        PersonDay.account == turn.account, PersonDay.contact == contact
    )
    newest = turn.session.exec(wanted.order_by(col(PersonDay.day).desc()).limit(LOOKED_BACK))
    days = newest.all()
    return {
        Side.BASICS: _basics(turn, contact),
        Side.BEHAVIOUR: [*_activity(days), *_signups(turn, contact)],
        Side.SOCIAL: [*_company(turn, contact, days, zone), *_brought(turn, contact)],
        Side.ATTITUDE: _attitude(turn, contact, days),
    }


def _basics(turn: Turn, contact: str) -> list[str]:
    friend = turn.directory.person(contact).friend
    groups = [turn.directory.topic(room) for room in turn.directory.rooms_of(contact)]
    told = ["是好友" if friend else "不是好友"]
    if groups:
        told.append(f"在 {len(groups)} 个群（{'、'.join(groups[:SHOWN])}）")
    return told


def _activity(days: Sequence[PersonDay]) -> list[str]:
    if not days:
        return []
    return [f"{len(days)} 天说了 {sum(day.messages for day in days)} 句", *usual_hours(days)]


def _signups(turn: Turn, contact: str) -> list[str]:
    wanted = select(Signup).where(
        Signup.account == turn.account,
        Signup.member == contact,
        Signup.state != SignupState.CANCELLED,
    )
    rows = turn.session.exec(wanted).all()
    came = sum(row.attended_at is not None for row in rows)
    return [f"报名 {len(rows)} 次，签到 {came} 次"] if rows else []


def _company(turn: Turn, contact: str, days: Sequence[PersonDay], zone: ZoneInfo) -> list[str]:
    """Say how often somebody takes up what others say, and whose words."""
    replies = sum(day.replies for day in days)
    if not replies:
        return []
    rooms = turn.directory.rooms_of(contact)
    counted = Days(turn.session, turn.account, zone, lambda _: True)
    said = counted.spoken(turn.now - COMPANY, turn.now, rooms)
    whose = Counter(s.answered for s in said if s.sender == contact and s.answered)
    names = [turn.directory.name(who) or who for who, _ in whose.most_common(SHOWN)]
    most = f"，最近多和{'、'.join(names)}" if names else ""
    return [f"接过群友 {replies} 次话{most}"]


def _brought(turn: Turn, contact: str) -> list[str]:
    wanted = select(Invite.left_at, func.count()).where(
        Invite.account == turn.account, Invite.inviter == contact
    )
    rows = turn.session.exec(wanted.group_by(col(Invite.left_at))).all()
    brought, here = sum(n for _, n in rows), sum(n for left, n in rows if left is None)
    return [f"带来 {brought} 人，还在 {here} 人"] if brought else []


def _attitude(turn: Turn, contact: str, days: Sequence[PersonDay]) -> list[str]:
    praise = sum(day.praise for day in days)
    wanted = select(func.count()).where(
        Ticket.account == turn.account,
        Ticket.member == contact,
        col(Ticket.false_alarm).is_(False),
    )
    tickets = turn.session.exec(wanted).one()
    told = [f"夸过 {praise} 次"] if praise else []
    return told + ([f"投诉过 {tickets} 次"] if tickets else [])


def usual_hours(days: Sequence[PersonDay]) -> list[str]:
    """Name the time of the day at which somebody mostly speaks, if there is one."""
    hours: dict[int, int] = {}
    for day in days:
        for hour, count in day.hours.items():
            hours[int(hour)] = hours.get(int(hour), 0) + count
    total = sum(hours.values())
    if total < ENOUGH:
        return []
    for start, end, name in CLOCK:
        within = sum(n for h, n in hours.items() if start <= h < end or start <= h + 24 < end)
        if within > MOSTLY * total:
            return [name]
    return []
