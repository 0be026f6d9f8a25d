"""No Django models: the tables of this room are made by its migrations, in a schema of their own.

The module is here because `migrate` tells its end only to apps that have one (see watching.py).
"""
