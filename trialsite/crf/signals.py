"""What later rooms may hear of a record."""

from django.dispatch import Signal

# Sent inside the transaction that saved a record, by the form's class.
# Arguments: record (crf.Record), changed (frozenset of column and section names), by (User).
# Its receivers: screening (a changed value voids a signature that used it) and visits (a kit is used).
record_changed = Signal()

# Sent before the study is locked, while nobody else can write. A receiver answers with a sentence when
# something is under way that a lock would leave half done, else None. Its one receiver is in randomization.
study_locking = Signal()
