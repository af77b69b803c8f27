"""Running the checks: claimed, measured, recorded, seen again."""
