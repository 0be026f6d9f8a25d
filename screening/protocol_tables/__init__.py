"""The versions of the protocol that an administrator publishes: prohibited medication, attestations."""
