"""Tests of bringing in pictures."""
