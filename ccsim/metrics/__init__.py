"""What a replication's log says, as numerators and denominators.

Takes: a `Plan` and the `Logs` of one replication.
Gives: `Measured`: numerator and denominator of every measure in every cell.
Rule: pure functions; clock measures count what falls in the window, cohort measures follow the needs that arise in it.
Read by: estimation, study, report, cli.
Start here: definitions.py for the table of every measure, layout.py for its columns, then measure.py.
Source: docs/model.md, section on outputs.
"""
