"""Tests in a real browser; what they share is in tests/conftest.py."""
