"""Who comes in: passwords, sign-ins that grow slower with every failure, and open sessions."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session, col, select

from bot.errors import BotError
from bot.storage.tables import Attempt, ConsoleSession, Login

IDLE = timedelta(hours=12)  # after which an unused session ends
RENEW = timedelta(minutes=5)  # how often its end is moved on
FREE = 3  # failures that cost nothing
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=15)
FORGET = timedelta(hours=1)  # without a failure for so long, the count begins anew
LONGEST_AGENT = 200
LONGEST_NAME = 40  # characters of a login name
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody logged in, and the session he uses."""

    name: str
    role: str
    contact: str
    csrf: str
    session: str

    @property
    def is_manager(self) -> bool:
        """Whether the configuration, the logins and the audit are open to him."""
        return self.role == "manager"

    @property
    def staff(self) -> str:
        """The id under which he acts on tickets."""
        return self.contact or f"console:{self.name}"


def digest(secret: str) -> str:
    """Digest a secret of ours: long and random, so one round is enough."""
    return sha256(secret.encode()).hexdigest()


def fits(password: str, stored: str | None) -> bool:
    """Say whether a password is the one; as slow where there is no such login."""
    try:
        PasswordHasher().verify(stored or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def keys_of(name: str, address: str) -> tuple[str, str]:
    """Name what failures are counted by."""
    return f"name:{name[:100]}", f"address:{address}"


def wait_for(
    session: Session, account: int, keys: tuple[str, ...], now: datetime
) -> timedelta | None:
    """Return how long no sign-in under these keys is looked at; None where it is now."""
    rows = [session.get(Attempt, (account, key)) for key in keys]
    latest = max((row.not_before for row in rows if row is not None), default=now)
    return latest - now if latest > now else None


def fail(session: Session, account: int, keys: tuple[str, ...], now: datetime) -> None:
    """Count a failure; from the fourth in a row on, each doubles the wait."""
    for key in keys:
        row = session.get(Attempt, (account, key))
        if row is None or row.not_before < now - FORGET:
            row = session.merge(Attempt(account=account, key=key, failures=0, not_before=now))
        row.failures += 1
        over = row.failures - FREE
        delay = FIRST_DELAY * 2 ** min(over, 12) if over > 0 else timedelta(0)
        row.not_before = now + min(delay, LONGEST_DELAY)
        session.add(row)


def forgive(session: Session, account: int, name: str) -> None:
    """Forget the failures of a name that has signed in; those of its address stay."""
    row = session.get(Attempt, (account, keys_of(name, "")[0]))
    if row is not None:
        session.delete(row)


def admit(session: Session, login: Login, now: datetime, *, address: str, agent: str) -> str:
    """Open a session and return the secret of its cookie; what is long over is swept out."""
    secret = secrets.token_urlsafe(32)
    session.add(
        ConsoleSession(
            digest=digest(secret),
            account=login.account,
            name=login.name,
            csrf=secrets.token_urlsafe(24),
            address=address,
            agent=agent[:LONGEST_AGENT],
            opened_at=now,
            seen_at=now,
            until=now + IDLE,
        )
    )
    over = select(ConsoleSession).where(ConsoleSession.until < now)
    for row in session.exec(over.limit(100)):
        session.delete(row)
    return secret


def recognise(
    session: Session, account: int, secret: str, now: datetime
) -> tuple[Guest, datetime] | None:
    """Return who this cookie belongs to, and when he was seen last; None where to nobody now."""
    row = session.get(ConsoleSession, digest(secret))
    if row is None or row.until <= now or row.account != account:
        return None
    login = session.get(Login, (row.account, row.name))
    if login is None:
        return None
    return Guest(login.name, login.role, login.contact, row.csrf, row.digest), row.seen_at


def see(session: Session, key: str, now: datetime) -> None:
    """Move on the end of a session that is in use."""
    row = session.get(ConsoleSession, key)
    if row is not None:
        row.seen_at, row.until = now, now + IDLE


def end(session: Session, key: str) -> None:
    """End one session."""
    row = session.get(ConsoleSession, key)
    if row is not None:
        session.delete(row)


def sessions(session: Session, account: int, name: str) -> list[ConsoleSession]:
    """List the open sessions of a login, the latest first."""
    wanted = select(ConsoleSession).where(
        ConsoleSession.account == account, ConsoleSession.name == name
    )
    return list(session.exec(wanted.order_by(col(ConsoleSession.seen_at).desc())))


def end_all(session: Session, account: int, name: str, *, but: str = "") -> int:
    """End every session of a login, or every other; return how many."""
    others = [row for row in sessions(session, account, name) if row.digest != but]
    for row in others:
        session.delete(row)
    return len(others)


def read_name(name: str) -> str:
    """Return a login name without blanks around it; raises BotError for none or an odd one."""
    plain = name.strip()
    if not plain or not plain.isprintable() or len(plain) > LONGEST_NAME:
        raise BotError(f"账号名要写 1–{LONGEST_NAME} 个字，不能是空白或换行")
    return plain
