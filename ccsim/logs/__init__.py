"""What happened: the rows of one replication, as columns.

Takes: rows written by an engine.
Gives: `Logs`, one read-only structured array per table, in the contract's row order.
Rule: missing time is nan, missing id is -1; every attempt has exactly one end reason.
Read by: metrics, study, report, cli.
Start here: logs.py for the columns, codes.py for the closed lists, checks.py for the conservation laws.
Source: docs/model.md, section on the log.
"""
