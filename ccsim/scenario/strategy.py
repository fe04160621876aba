"""Strategies: a strategy is a named overlay of levers on a scenario, nothing else."""

from typing import Any, TypeAlias

Overlay: TypeAlias = dict[str, Any]
