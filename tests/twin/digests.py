"""Digests of the compiled engine's logs of random scenarios, and the lines of its sources that made them."""

import hashlib
import sys
import types
from dataclasses import fields
from pathlib import Path

import strategies
from hypothesis import HealthCheck, given, settings

from ccsim.engine.run import simulate
from ccsim.logs.logs import Logs
from ccsim.plan.compile import compile_plan


def digests(n):
    """The digest of every column of every table, for the first n of Hypothesis' fixed scenarios."""
    found = []

    @settings(max_examples=n, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategies.scenarios())
    def play(made):
        found.append(digest(simulate(compile_plan(strategies.loaded(made)), 1, engine="compiled")))

    play()
    return found


def digest(logs):
    whole = hashlib.blake2b(digest_size=16)
    for field in fields(Logs):
        table = getattr(logs, field.name)
        for column in table.dtype.names:
            whole.update(f"{column} {table[column].tolist()}\n".encode())
    return whole.hexdigest()


def lines_of(code):
    """Every line of a module that holds something to run, functions and all."""
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return {line for _, _, line in code.co_lines() if line}.union(*map(lines_of, inner))


def lines_missed(files, work):
    """The lines of each file that are not run while the files are imported and some work is done."""
    run = {str(file): set() for file in files}

    def note(frame, event, argument):
        seen = run.get(frame.f_code.co_filename)
        if seen is not None:
            seen.add(frame.f_lineno)
        return note if seen is not None else None

    sys.settrace(note)
    work()
    sys.settrace(None)
    code = {name: compile(Path(name).read_text(encoding="utf-8"), name, "exec") for name in run}
    return {Path(name).name: sorted(lines_of(code[name]) - run[name]) for name in run}
