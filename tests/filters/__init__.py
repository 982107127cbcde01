"""Tests of the catalogue: one contract for all, and what each filter does."""
