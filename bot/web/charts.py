"""Plots drawn on the server: quiet lines and bars that take their colours from the theme."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 14, 30
LINES = 4  # of the grid
MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one row of bars; None is a gap."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot with its figures: the same values stand in the table and in the file."""

    title: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    bars: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for each in self.series for value in each.values)

    def svg(self) -> Markup:
        """Draw it."""
        top = _round_up(max((v for s in self.series for v in s.values if v is not None), default=1))
        parts = [*_grid(top), *_captions(self.labels)]
        for number, each in enumerate(self.series):
            draw = _bars if self.bars else _line
            parts += draw(each.values, top, (number, len(self.series)))
        title = escape(f"{self.title}（{self.unit}）")
        head = f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        return Markup(head + "".join(parts) + "</svg>")  # noqa: S704 - numbers, and escaped words


def _x(number: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / max(count, 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _round_up(value: float) -> float:
    """Choose the end of the axis: 1, 2 or 5 times a power of ten, in four even steps."""
    size = 1.0
    while size * 10 <= value:
        size *= 10
    return next(size * step for step in (1, 2, 4, 8, 10, 20) if size * step >= max(value, 1))


def _grid(top: float) -> list[str]:
    parts = []
    for number in range(LINES + 1):
        value = top * number / LINES
        y = _y(value, top)
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(
            f'<text class="axis" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
    return parts


def _captions(labels: Sequence[str]) -> list[str]:
    """Write as many labels as there is room for; a phone shows every other of them."""
    step = max(1, -(-len(labels) // MOST_LABELS))
    return [
        f'<text class="axis{" odd" if number // step % 2 else ""}" text-anchor="middle" '
        f'x="{_x(number, len(labels)):.1f}" y="{HEIGHT - 10}">{escape(label)}</text>'
        for number, label in enumerate(labels)
        if number % step == 0
    ]


def _line(values: Sequence[float | None], top: float, place: tuple[int, int]) -> list[str]:
    points = [
        (_x(number, len(values)), _y(value, top))
        for number, value in enumerate(values)
        if value is not None
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = [
        f'<circle class="dot c{place[0]}" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>' for x, y in points
    ]
    return [f'<polyline class="line c{place[0]}" points="{path}"/>', *dots]


def _bars(values: Sequence[float | None], top: float, place: tuple[int, int]) -> list[str]:
    number, count = place
    room = (WIDTH - LEFT - RIGHT) / max(len(values), 1) * 0.7
    width = min(26.0, room / count)
    parts = []
    for at, value in enumerate(values):
        if value:
            x = _x(at, len(values)) - width * count / 2 + width * number
            y = _y(value, top)
            height = HEIGHT - BOTTOM - y
            parts.append(
                f'<rect class="column c{number}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
                f'height="{height:.1f}" rx="2"/>'
            )
    return parts
