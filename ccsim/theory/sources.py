"""Where each formula of this room comes from, read from the docstrings."""

from inspect import cleandoc, getmodule, isclass, isfunction
from types import ModuleType

from ccsim.theory import (
    chains,
    chat,
    detection,
    erlang,
    gate,
    infinite,
    lines,
    offered_wait,
    patience,
    periods,
    pressure,
    priorities,
    retrials,
    skills,
)

_MODULES = (
    erlang,
    patience,
    priorities,
    skills,
    chat,
    gate,
    infinite,
    periods,
    retrials,
    pressure,
    detection,
    offered_wait,
    lines,
    chains,
)


def sources() -> dict[str, str]:
    """The source of every public function of the room, by `module.function`.

    Returns
    -------
    dict of str to str
        In the order of the modules and of the functions in them.

    Notes
    -----
    Source: the `Source:` lines of the docstrings.

    Examples
    --------
    >>> sources()["erlang.erlang_b"].split(",")[0]
    'Jagerman (1974)'
    """
    return {
        f"{module.__name__.rsplit('.', 1)[-1]}.{name}": _source_of(docstring)
        for module in _MODULES
        for name, docstring in _public_docstrings(module)
    }


def _source_of(docstring: str) -> str:
    """The text after `Source:` up to the next empty line, as one line; empty if there is none."""
    _, found, after = cleandoc(docstring).partition("Source: ")
    return " ".join(after.split("\n\n")[0].split()) if found else ""


def _public_docstrings(module: ModuleType) -> list[tuple[str, str]]:
    """Name and docstring of what a module itself defines and shows, in its own order."""
    return [
        (name, thing.__doc__ or "")
        for name, thing in vars(module).items()
        if (isfunction(thing) or isclass(thing)) and getmodule(thing) is module and not name.startswith("_")
    ]
