"""Surveys, their files, the questionnaire."""
