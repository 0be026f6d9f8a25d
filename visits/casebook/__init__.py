"""The casebook: every form of every visit of a participant, and what follows from it."""
