"""Who may use the API, and for what."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session, select

from bot.storage.tables import Token
from bot.web.api.problems import Problem
from bot.web.entrance import digest
from bot.web.site import Site, site_of

USED = timedelta(minutes=1)  # how exactly it is kept when a token was used

bearer = HTTPBearer(auto_error=False, description="在控制台的「账号」页里加密钥")


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that calls, with its token."""

    site: Site
    token: Token

    @property
    def account(self) -> int:
        """The account it may see."""
        return self.token.account


def needs(scope: str) -> Callable[..., Awaitable[Caller]]:
    """Make a dependency that lets in who may do this."""

    async def caller(
        request: Request,
        given: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    ) -> Caller:
        if given is None:
            raise Problem(HTTPStatus.UNAUTHORIZED, "请在 Authorization: Bearer 里带上密钥")
        site = site_of(request)
        account, key = site.parts.account, digest(given.credentials)
        token = await site.read(lambda session: _find(session, account, key))
        if token is None:
            raise Problem(HTTPStatus.UNAUTHORIZED, "没有这个密钥，或者已经停用")
        if scope not in token.scopes:
            raise Problem(HTTPStatus.FORBIDDEN, f"这个密钥不能用来做这件事（缺 {scope}）")
        await _note_use(site, token)
        return Caller(site, token)

    return caller


def _find(session: Session, account: int, key: str) -> Token | None:
    wanted = select(Token).where(Token.account == account, Token.digest == key)
    found = session.exec(wanted).first()
    return None if found is None or found.ended_at is not None else found


async def _note_use(site: Site, token: Token) -> None:
    now = site.now
    if token.used_at is not None and now - token.used_at < USED:
        return

    def work(session: Session) -> None:
        row = session.get(Token, token.id)
        if row is not None:
            row.used_at = now

    await site.parts.storage.transact(work)


TicketReader = Annotated[Caller, Depends(needs("tickets:read"))]
TicketWriter = Annotated[Caller, Depends(needs("tickets:write"))]
NoticeReader = Annotated[Caller, Depends(needs("notices:read"))]
NoticeWriter = Annotated[Caller, Depends(needs("notices:write"))]
GroupReader = Annotated[Caller, Depends(needs("groups:read"))]
Classifying = Annotated[Caller, Depends(needs("classify"))]
PeopleReader = Annotated[Caller, Depends(needs("people:read"))]
ReportReader = Annotated[Caller, Depends(needs("reports:read"))]
PeopleWriter = Annotated[Caller, Depends(needs("people:write"))]
RuleReader = Annotated[Caller, Depends(needs("rules:read"))]
StateReader = Annotated[Caller, Depends(needs("state:read"))]
