"""What a replication's log says, as numerators and denominators.

Takes: a `Plan` and the `Logs` of one replication.
Gives: `Value` rows: measure, cell, numerator, denominator.
Rule: pure functions; clock measures count what falls in the window, cohort measures follow the needs that arise in it.
Read by: estimation, study, report, cli.
Start here: definitions.py for the table of every measure, then measure.py.
Source: docs/model.md, section on outputs.
"""
