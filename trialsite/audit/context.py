"""Who acts: the door through which the rooms above accounts tell it to the history."""

from trialsite.accounts.acting import acting, actor_of, do_last

__all__ = ["acting", "actor_of", "do_last"]
