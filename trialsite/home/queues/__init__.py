"""The lists of work, each from a fixed number of queries whatever the number of participants."""
