"""Work that outlasts a request: rows written in the caller's transaction, taken up by any worker that is free."""
