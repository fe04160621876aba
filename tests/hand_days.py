"""Small replayed days: a table of calls and a centre in, plan and rows by label out."""

from dataclasses import dataclass
from pathlib import Path

from ccsim.engine.run import simulate
from ccsim.logs.checks import check
from ccsim.logs.codes import EndReason, Outcome
from ccsim.logs.logs import Logs
from ccsim.plan.compile import compile_plan
from ccsim.plan.plan import Plan
from ccsim.scenario.load import scenario_from

ONE_AGENT = [{"name": "g", "skills": ["a"], "staffing": {"agents": 1}}]


@dataclass(frozen=True)
class Day:
    """A played day; times in s since midnight."""

    plan: Plan
    logs: Logs

    def id_of(self, label):
        """Need id of a replayed need."""
        return dict(zip(self.plan.names.needs, sorted(set(self.plan.replay["need"].tolist()))))[label]

    def need(self, label):
        """The need's row."""
        (row,) = self.logs.needs[self.logs.needs["need"] == self.id_of(label)]
        return row

    def leg(self, label, attempt=0, leg=0):
        """One leg's row."""
        rows = self.logs.attempts
        (row,) = rows[(rows["need"] == self.id_of(label)) & (rows["attempt"] == attempt) & (rows["leg"] == leg)]
        return row

    def legs(self, label):
        """Every leg of a need: how it ended, when it joined, was answered and was over, and by whom."""
        return [self._short(row) for row in self.logs.attempts if row["need"] == self.id_of(label)]

    def outcome(self, label):
        """The need's outcome and when it ended."""
        row = self.need(label)
        return Outcome(row["outcome"]), _or_none(row["ended"])

    def states(self, agent):
        """An agent's stretches: state, from, to."""
        number = self.plan.names.agents.index(agent)
        rows = self.logs.agent_states[self.logs.agent_states["agent"] == number]
        return [tuple(row) for row in rows[["state", "starts", "ends"]].tolist()]

    def _short(self, row):
        agent = None if row["agent"] < 0 else self.plan.names.agents[row["agent"]]
        times = (_or_none(row[name]) for name in ("joins", "starts", "ends"))
        return (EndReason(row["end_reason"]), *times, agent)


def centre(**sections):
    """The smallest centre: one need type, one channel, one agent, an hour; sections replace its own."""
    return {
        "name": "hand-made",
        "calendar": {"length": "1h"},
        "needs": {"types": [{"name": "a"}], "replay": "calls.csv"},
        "agents": ONE_AGENT,
        "handling": {"talk": "100s"},
    } | sections


def scenario_of(table, folder, **sections):
    """A centre whose calls are a table of words; - is an empty cell."""
    rows = [line.split() for line in table.strip().splitlines()]
    text = "\n".join(",".join("" if cell == "-" else cell for cell in row) for row in rows)
    Path(folder, "calls.csv").write_text(text + "\n")
    return scenario_from(centre(**sections), base_folder=folder)


def play(table, folder, *, seed=1, engine="auto", **sections):
    """The played day, whose log keeps every law of conservation."""
    plan = compile_plan(scenario_of(table, folder, **sections))
    logs = simulate(plan, seed, engine=engine)
    check(plan, logs)
    return Day(plan, logs)


def _or_none(time):
    return None if time != time else float(time)
