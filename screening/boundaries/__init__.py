"""The boundaries of every criterion: one table, run by the tests and shown on the criterion's page.

It stands apart from screening.criteria, whose sources are the version of the rules: another example
must not void a signature.
"""
