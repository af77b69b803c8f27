"""Surveys: waves, answers, files that come in, results."""
