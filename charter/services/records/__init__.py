"""The ground of every verb: transactions, the audit log, leases, seals."""
