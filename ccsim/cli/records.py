"""JSON as records: a dataclass read field by field, or refused with the place of what does not fit."""

import json
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

Object = dict[str, Any]
Hints = Mapping[Any, Mapping[str, Any]]

AGAIN = "write it again with `ccsim run`, `ccsim compare` or `ccsim sweep` and --out"
DAMAGED = f"The file is damaged; {AGAIN}."
WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
LARGEST = 1e30  # a picture's axis of larger numbers cannot be drawn
SHOWN = 60  # characters of a value in a message


class Refused(Exception):
    """What is wrong at a place of the file; which file is known further out.

    Parameters
    ----------
    path : str
        Dotted, list items by number.
    value : object
    rule, hint : str
    """

    def __init__(self, path: str, value: object, rule: str, hint: str = DAMAGED) -> None:
        super().__init__(path, value, rule, hint)
        self.path, self.value, self.rule, self.hint = path, value, rule, hint


def hints_of(*kinds: Any) -> Hints:
    """The types of the fields of dataclasses.

    Parameters
    ----------
    *kinds : dataclass types

    Returns
    -------
    mapping of dataclass to (field to type)
    """
    return {kind: get_type_hints(kind) for kind in kinds}


def record(kind: Any, value: Any, path: str, hints: Hints) -> Any:
    """A dataclass field by field; whatever else the object holds is left alone.

    Parameters
    ----------
    kind : dataclass type
    value : JSON value
    path : str
        Where it stands.
    hints : mapping
        Of this dataclass and of those in it.

    Returns
    -------
    instance of kind

    Raises
    ------
    Refused
        With the first place that does not fit.
    """
    found = _of(dict, value, path, "an object")
    return kind(**{name: _field(hint, found, name, below(path, name), hints) for name, hint in hints[kind].items()})


def below(path: str, name: str) -> str:
    """The path of a field.

    Parameters
    ----------
    path, name : str

    Returns
    -------
    str

    Examples
    --------
    >>> below("arms[0]", "name"), below("", "seed")
    ('arms[0].name', 'seed')
    """
    return f"{path}.{name}" if path else name


def shown(value: object) -> str:
    """A value as the file has it, cut where it is long.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> shown("many")
    '"many"'
    """
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _field(kind: Any, holder: Object, name: str, path: str, hints: Hints) -> Any:
    if name not in holder:
        raise Refused(path, None, "this is missing")
    return _value(kind, holder[name], path, hints)


def _value(kind: Any, value: Any, path: str, hints: Hints) -> Any:
    """A JSON value as the type that a record has there."""
    if kind in hints:
        return record(kind, value, path, hints)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _either(parts, value, path, hints)
    if origin is dict:
        pairs = _of(dict, value, path, "an object").items()
        return {key: _value(parts[1], each, below(path, key), hints) for key, each in pairs}
    if origin is tuple:
        each = _of(list, value, path, "a list")
        kinds = parts[:1] * len(each) if parts[-1] is Ellipsis else parts
        if len(each) != len(kinds):
            raise Refused(path, value, f"a list of {len(kinds)} is to be here")
        return tuple(
            _value(one, item, f"{path}[{i}]", hints) for i, (one, item) in enumerate(zip(kinds, each, strict=True))
        )
    return value if kind is Any else _plain(kind, value, path)


def _either(kinds: Sequence[Any], value: Any, path: str, hints: Hints) -> Any:
    if value is None and type(None) in kinds:
        return None
    *others, last = [kind for kind in kinds if kind is not type(None)]
    fitting = [kind for kind in others if isinstance(value, kind)]
    return _value(fitting[0] if fitting else last, value, path, hints)


def _plain(kind: type, value: Any, path: str) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = number if kind is float else number and isinstance(value, int) if kind is int else isinstance(value, kind)
    if not fits:
        raise Refused(path, value, f"this is to be {WORDS[kind]}")
    if number and abs(value) > LARGEST:
        raise Refused(path, value, "no study gives such a number")
    return value


def _of(kind: type, value: Any, path: str, words: str) -> Any:
    if not isinstance(value, kind):
        raise Refused(path, value, f"this is to be {words}")
    return value
