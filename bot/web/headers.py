"""What every answer carries, and whom the console answers at all."""

from collections.abc import Iterable
from ipaddress import ip_address

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; media-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
UNCACHED = (b"cache-control", b"no-store")
ONLY_HTTPS = (b"strict-transport-security", b"max-age=31536000")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Shell:
    """The outermost layer: answers only under its own names, and puts the headers on."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = LOOPBACK | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_missing(scope, message)]
            await send(message)

        if not self._is_ours(scope):
            refusal = PlainTextResponse("这个地址不归本控制台管（Host 不对）。\n", 421)
            await refusal(scope, receive, dressed)
            return
        await self._app(scope, receive, dressed)

    def _is_ours(self, scope: Scope) -> bool:
        """Say whether the Host is one of ours: a name we know, or the address we were called at.

        A name that somebody else lets point here is none; one behind a proxy is configured.
        """
        hosts = [value.decode("latin-1") for key, value in scope["headers"] if key == b"host"]
        if len(hosts) != 1:
            return False
        name = _without_port(hosts[0]).lower()
        here = (scope.get("server") or ("",))[0]
        return name in self._hosts or (_is_address(name) and name == here)


def _missing(scope: Scope, message: Message) -> Iterable[tuple[bytes, bytes]]:
    there = {key.lower() for key, _ in message.get("headers", [])}
    wanted = HEADERS if scope["path"].startswith("/static/") else (*HEADERS, UNCACHED)
    wanted = (*wanted, ONLY_HTTPS) if scope.get("scheme") == "https" else wanted
    return (header for header in wanted if header[0] not in there)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
