"""What later rooms may hear of screening."""

from django.dispatch import Signal

# Sent inside the transaction that voids a review. Arguments: participant, reason (a sentence that names
# the changed field). Its one receiver is in randomization: a request that still waits is withdrawn.
eligibility_voided = Signal()
