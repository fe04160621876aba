"""Asking questions: many replications of one scenario, or of several arms with the same customers.

Takes: a `Scenario`, a scenario file or a study file.
Gives: `RunResult`, `CompareResult`, `SweepResult`, `Story`.
Rule: a study reduces each replication to numerators and denominators and drops its logs; it draws nothing itself.
Read by: report, cli.
Start here: results.py for what comes out, replicate.py for how.
Source: docs/model.md, sections on comparison and intervals.
"""
