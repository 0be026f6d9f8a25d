"""What later rooms may hear of screening."""

from django.dispatch import Signal

# Sent inside the transaction that voids a review. Arguments: participant, reason (a sentence that names
# the changed field). Its one receiver is in randomization: a request that still waits is withdrawn.
eligibility_voided = Signal()

# Sent when a form of a later visit is opened, or submitted, for the first time. Arguments: participant, form
# (its code), visit. A receiver answers with a Proposal, or None. Its one receiver is in visits.
proposal_wanted = Signal()

# Sent when a stored form of a later visit is shown. Arguments: record. A receiver answers with a mapping from
# inputs to sentences that stand beside them, or None. Its one receiver is in visits.
origins_wanted = Signal()
