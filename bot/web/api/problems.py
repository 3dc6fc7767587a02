"""Errors of the API, as RFC 9457 writes them."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.errors import BotError, StorageError, TicketError

MEDIA = "application/problem+json"


class Problem(BotError):  # noqa: N818
    """Something that whoever calls the API has to hear."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status


NOWHERE = "没有这个地址"


def answer(status: int, detail: str, **more: Any) -> JSONResponse:
    """Write a problem."""
    title = HTTPStatus(status).phrase
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(content, status, media_type=MEDIA, headers=headers)


def explain_problems(app: FastAPI) -> None:
    """Let every error of an application be told so."""
    app.add_exception_handler(Problem, _told)
    app.add_exception_handler(TicketError, _impossible)
    app.add_exception_handler(StorageError, _down)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broke)


def _told(_: Request, error: Exception) -> JSONResponse:
    status = error.status if isinstance(error, Problem) else HTTPStatus.INTERNAL_SERVER_ERROR
    return answer(status, str(error))


def _impossible(_: Request, error: Exception) -> JSONResponse:
    return answer(HTTPStatus.CONFLICT, str(error))


def _down(_: Request, __: Exception) -> JSONResponse:
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, "数据库现在用不了，请稍后再试")


def _invalid(_: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    faults = [{"at": [str(step) for step in x["loc"]], "what": str(x["msg"])} for x in found]
    return answer(HTTPStatus.UNPROCESSABLE_ENTITY, "请求里有不对的地方", faults=faults)


def _broke(_: Request, __: Exception) -> JSONResponse:
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "出错了，已经记下，请稍后再试")


def _http(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "出错了")
    unnamed = error.detail == HTTPStatus.NOT_FOUND.phrase  # no address of ours: not in our words
    found = answer(error.status_code, NOWHERE if unnamed else str(error.detail))
    found.headers.update(error.headers or {})
    return found
