"""Many replications become an estimate with an interval.

Takes: the `Sample` of every arm: numerators and denominators, one row for each replication.
Gives: `Estimate` and `Difference` rows.
Rule: replications are the only independent unit; a share is a ratio of sums; arms are paired by replication.
Read by: study, report, cli.
Start here: estimate.py for the methods, columns.py for many measures at once, tabulate.py for whole tables;
sequential.py and selection.py for when there are enough replications.
Source: Law (2015), chapters 4, 9 and 10.
"""
