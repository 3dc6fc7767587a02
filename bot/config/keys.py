"""The keys that tables have, and the one that was meant where a table does not know one."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final, get_args, get_origin

from bot.config.models import Config
from bot.config.positions import Path
from bot.config.rulebook import RuleSettings
from bot.config.section import Section

_SECRETS: Final = ("token", "password", "passwd", "secret")
_LIKE: Final = 0.6
_VERY_LIKE: Final = 0.8  # a key that lives elsewhere has to look very like one of this table
_HOMES: Final = 2  # more places that know a key are no hint
_RULES_SAY: Final = {
    **dict.fromkeys(("words", "word", "keyword", "keywords"), ("any", "要命中的词写在 any 里")),
    **dict.fromkeys(("tags", "tag", "kind", "kinds"), ("groups", "只用在哪些群写在 groups 里")),
    **dict.fromkeys(("except", "exclude", "unlike"), ("none", "不算数的词写在 none 里")),
}


def unknown_key(model: type[Section], path: Path) -> str:
    """Say what to write instead of a key that its table does not know."""
    key = str(path[-1])
    if any(secret in key.lower() for secret in _SECRETS):
        return (
            f"「{key}」不能写在文件里：口令和密码只从环境变量读，例如 "
            "WECHATY_PUPPET_SERVICE_TOKEN、QUNKEEPER_DATABASE_URL"
        )
    if len(path) == 1 and key in keys_at(Config, ()) and model is not Config:
        held = "、".join(_headed(model, name) for name in keys_at(model, ()))
        return f"包含进来的文件里只能写 {held}；{_headed(Config, key)} 要写在 config.toml 里"
    if key in _RULES_SAY and model_at(model, path[:-1]) is RuleSettings:
        return f"规则里没有「{key}」这个键，{_RULES_SAY[key][1]}"
    if near := meant_key(model, path):
        return f"没有「{key}」这个键，是不是想写「{near}」？"
    homes = sorted(_homes(Config, key))
    if 0 < len(homes) <= _HOMES:
        return f"「{key}」不写在这里，要写在 {'，或者 '.join(homes)}"
    return f"没有「{key}」这个键；这里可以写：{'、'.join(keys_at(model, path[:-1]))}"


def meant_key(model: type[Section], path: Path) -> str:
    """Guess which key of the same table an unknown key was meant to be; empty where none is."""
    key = str(path[-1]).lower().replace("-", "_")
    if key in _RULES_SAY and model_at(model, path[:-1]) is RuleSettings:
        return _RULES_SAY[key][0]
    cutoff = _VERY_LIKE if any(_homes(Config, key)) else _LIKE
    return next(iter(get_close_matches(key, keys_at(model, path[:-1]), n=1, cutoff=cutoff)), "")


def keys_at(model: type[Section], path: Path) -> list[str]:
    """List the keys of the table at a path; empty where the path leaves the model."""
    here = model_at(model, path)
    return [] if here is None else [f.alias or name for name, f in here.model_fields.items()]


def model_at(model: type[Section], path: Path) -> type[Section] | None:
    """Return the model of the table at a path; None where the path leaves the model."""
    here: type[Section] | None = model
    for part in path:
        if here is not None and isinstance(part, str):
            here = _tables(here).get(part)
    return here


def _tables(model: type[Section]) -> dict[str, type[Section]]:
    """Map the keys of a model whose values are tables, or lists of them, to their models."""
    found = {}
    for name, info in model.model_fields.items():
        for kind in kinds_in(info.annotation):
            if isinstance(kind, type) and issubclass(kind, Section):
                found[info.alias or name] = kind
    return found


def kinds_in(annotation: Any) -> Iterator[Any]:
    """Yield an annotation and everything it is made of."""
    yield annotation
    for part in get_args(annotation):
        yield from kinds_in(part)


def _headed(model: type[Section], key: str, above: str = "") -> str:
    """Write a key the way it begins in a file: [[groups]], [wechat], timezone."""
    info = next(info for name, info in model.model_fields.items() if key in (name, info.alias))
    name = f"{above}.{key}" if above else key
    if key in _tables(model):
        return f"[[{name}]]" if get_origin(info.annotation) is tuple else f"[{name}]"
    return f"[{name}]" if get_origin(info.annotation) is dict else name


def _homes(model: type[Section], key: str, above: str = "", head: str = "") -> Iterator[str]:
    """Name the tables that know a key."""
    if key in keys_at(model, ()):
        alone = _headed(model, key)
        top = f"{alone} 里" if alone != key else "config.toml 里，任何 [表] 之前"
        yield f"{head} 里" if head else top
    for name, kind in _tables(model).items():
        yield from _homes(
            kind, key, f"{above}.{name}" if above else name, _headed(model, name, above)
        )
