"""Asking questions: many replications of one scenario, or of several arms with the same customers.

Takes: a `Scenario` or a file.
Gives: `RunResult`, `CompareResult`, `Story`.
Rule: a study reduces each replication to numerators and denominators and drops its logs; it draws nothing itself.
Read by: report, cli.
Start here: results.py for what comes out, replicate.py for how.
Source: docs/model.md, sections on comparison and intervals.
"""
