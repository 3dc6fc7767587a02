"""Files that others sent, handed out so that a browser shows pictures and runs nothing."""

from pathlib import Path
from urllib.parse import quote

from fastapi.responses import Response

from bot.transports import Attachment

PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)


def picture_type(content: bytes) -> str | None:
    """Tell a picture by its first bytes; names and types that others give mean nothing."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in PICTURES if content.startswith(start)), None)


def served(file: Attachment) -> Response:
    """Answer with a picture to be shown, or anything else to be saved."""
    kind = picture_type(file.content)
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    if kind is None:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    return Response(file.content, media_type=kind or "application/octet-stream", headers=headers)


def picture(file: Path) -> Response:
    """Answer with a picture that lies on this machine; anything else is not there."""
    content = file.read_bytes() if file.is_file() else b""
    if picture_type(content[:16]) is None:
        return Response(status_code=404)
    return served(Attachment(file.name, content))
