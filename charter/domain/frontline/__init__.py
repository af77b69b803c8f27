"""What staff tell: observations, estimates, weak signals."""
