"""Pages that hold no study data: errors, help, and the assumptions of the protocol."""
