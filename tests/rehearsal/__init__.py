"""Tests of the rehearsal city and its published cases."""
