"""Faults on the way from request to number: killed processes, a crashed server, races (F1, F3, F4, F5).

The pattern is Jepsen's: clients that keep what was acknowledged to them, a fault at a chosen statement or
moment, and a checker that reads the database afterwards. The suite runs some tens of rounds each time.
"""
