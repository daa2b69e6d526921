"""Scoring one applicant: derived facts, intervals where facts are missing, eligibility, outcomes."""
