"""What people and the clock do: one verb = one transaction + one audit entry; actor and now are given."""
