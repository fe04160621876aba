"""The formulas that know the right answer: the oracle the engines are judged by.

Takes: rates, means, numbers of agents.
Gives: exact answers, each a small frozen dataclass or a float.
Rule: only published or exactly solvable methods; a formula refuses where it does not apply.
Read by: cli, study, calibration, tests.
Start here: erlang.py, patience.py, retrials.py, detection.py; under them offered_wait.py, and chains.py with lines.py.
Source: each docstring names its own; sources.py lists them.
"""
