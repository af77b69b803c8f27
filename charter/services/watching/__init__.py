"""What changes of readings open and close as alerts."""
