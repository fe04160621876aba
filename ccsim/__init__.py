"""A contact-centre simulator: what a service strategy does to the same customers with the same needs.

The corridor is scenario, plan, draws, engine, logs, metrics, estimation, study, report.
Names of this front door are found on first use, so that importing it costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccsim.engine.run import simulate
    from ccsim.errors import CcsimError
    from ccsim.estimation.estimate import Estimate
    from ccsim.logs.logs import Logs
    from ccsim.plan.compile import compile_plan
    from ccsim.plan.plan import Plan
    from ccsim.scenario.load import load_scenario
    from ccsim.scenario.model import Scenario
    from ccsim.study.compare import compare
    from ccsim.study.replicate import run
    from ccsim.study.reproduce import reproduce
    from ccsim.study.sweep import sweep
    from ccsim.study.trace import trace

    __version__: str

__all__ = [
    # from a file to numbers
    "load_scenario",
    "run",
    "compare",
    "sweep",
    "reproduce",
    "trace",
    # one step at a time
    "compile_plan",
    "simulate",
    # the nouns
    "Scenario",
    "Plan",
    "Logs",
    "Estimate",
    # what can go wrong, and what this is
    "CcsimError",
    "__version__",
]

_HOME = {
    "load_scenario": "ccsim.scenario.load",
    "run": "ccsim.study.replicate",
    "compare": "ccsim.study.compare",
    "sweep": "ccsim.study.sweep",
    "reproduce": "ccsim.study.reproduce",
    "trace": "ccsim.study.trace",
    "compile_plan": "ccsim.plan.compile",
    "simulate": "ccsim.engine.run",
    "Scenario": "ccsim.scenario.model",
    "Plan": "ccsim.plan.plan",
    "Logs": "ccsim.logs.logs",
    "Estimate": "ccsim.estimation.estimate",
    "CcsimError": "ccsim.errors",
}


def __getattr__(name: str) -> object:
    """A public name, looked up in its room (PEP 562)."""
    if name == "__version__":
        return import_module("ccsim.provenance").VERSION
    if name not in _HOME:
        raise AttributeError(f"module 'ccsim' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """The public names, for tab completion."""
    return sorted(__all__)
