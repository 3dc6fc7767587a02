"""Alerts to a group robot of WeCom: one way, beside WeChat, which never waits for it."""

import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import httpx
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.errors import BotError, NotDelivered
from bot.storage import Storage
from bot.storage.tables import Alert, LetterState

log = logging.getLogger(__name__)

VARIABLE = "QUNKEEPER_WECOM_WEBHOOK"  # the address is a secret: it comes from here alone
LONGEST = 2_048  # bytes of one message
PER_MINUTE = 20
MINUTE = timedelta(minutes=1)
TIMEOUTS = {"timeout": httpx.Timeout(10.0).as_dict()}  # seconds
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
STALE = timedelta(hours=1)  # an alert that is older helps nobody
IDLE = timedelta(seconds=2)


class GroupRobot:
    """The robot of one WeCom group; its address never shows in logs or errors.

    It posts through a bare transport: httpx's clients log the address of every request.
    """

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise BotError(f"环境变量 {VARIABLE} 不是网址，请从企业微信群机器人的页面复制")
        self._url = url
        self._transport = transport

    async def post(self, text: str) -> None:
        """Say something in the robot's group; raises NotDelivered."""
        content = {"msgtype": "text", "text": {"content": text}}
        try:
            request = httpx.Request("POST", self._url, json=content, extensions=TIMEOUTS)
            answer = await self._transport.handle_async_request(request)
            await answer.aread()
            code = answer.json().get("errcode") if answer.is_success else answer.status_code
        except (httpx.HTTPError, ValueError, AttributeError) as error:
            raise NotDelivered(type(error).__name__) from None
        if code != 0:
            raise NotDelivered(f"code {code}")


class Herald:
    """Posts the alerts of one account in their order, as often as WeCom lets it.

    Alerts that wait together are one message. After a crash one may come twice, which harms
    nobody; one that cannot be posted within an hour is given up.
    """

    def __init__(self, storage: Storage, robot: GroupRobot, clock: Clock, account: int) -> None:
        self._storage = storage
        self._robot = robot
        self._clock = clock
        self._account = account
        self._posted: deque[datetime] = deque(maxlen=PER_MINUTE)
        self._pause = FIRST_PAUSE

    async def run(self) -> None:
        """Post whatever there is to post, for ever."""
        while True:
            await self._clock.until(await self.work())

    async def work(self) -> datetime:
        """Post what may be posted now; return when to look again."""
        while True:
            now = self._clock()
            if len(self._posted) == PER_MINUTE and self._posted[0] > now - MINUTE:
                return self._posted[0] + MINUTE
            waiting = await self._storage.transact(partial(self._waiting, now))
            if not waiting:
                return now + IDLE
            together = fitting(waiting)
            self._posted.append(now)
            try:
                await self._robot.post(shortened("\n".join(each.text for each in together)))
            except NotDelivered as error:
                log.warning("the group robot took nothing, again in %s: %s", self._pause, error)
                until = now + self._pause
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
                return until
            self._pause = FIRST_PAUSE
            numbers = [each.id or 0 for each in together]
            await self._storage.transact(partial(self._settle, numbers))

    def _waiting(self, now: datetime, session: Session) -> Sequence[Alert]:
        wanted = select(Alert).where(
            Alert.account == self._account, Alert.state == LetterState.QUEUED
        )
        rows = session.exec(wanted.order_by(col(Alert.id)).limit(100)).all()
        for row in rows:
            if row.at < now - STALE:
                row.state, row.settled_at, row.error = LetterState.FAILED, now, "stale"
        return [row for row in rows if row.state == LetterState.QUEUED]

    def _settle(self, numbers: Sequence[int], session: Session) -> None:
        for row in session.exec(select(Alert).where(col(Alert.id).in_(numbers))):
            row.state, row.settled_at = LetterState.SENT, self._clock()


def fitting(alerts: Sequence[Alert]) -> Sequence[Alert]:
    """Return as many alerts from the first on as one message holds, at least one."""
    size = 0
    for count, alert in enumerate(alerts):
        size += len(alert.text.encode()) + 1
        if size > LONGEST and count:
            return alerts[:count]
    return alerts


def shortened(text: str) -> str:
    """Cut a text to the bytes of one message, never within a character."""
    raw = text.encode()
    if len(raw) <= LONGEST:
        return text
    mark = "……"
    return raw[: LONGEST - len(mark.encode())].decode(errors="ignore") + mark
