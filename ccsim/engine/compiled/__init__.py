"""The compiled engine: the reference engine's twin, written to be fast.

Takes: a `Plan`, its potential needs, a seed and a replication number.
Gives: rows for the log, equal to the reference engine's.
Rule: record arrays and whole numbers only; no Python object in the loop; shares laws, draws and codes, never steps.
Read by: engine/run.py.
Start here: play.py for the loop, then joining.py and next_work.py.
Source: engine/contract.py.
"""
