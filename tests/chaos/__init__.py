"""Kill processes at random under load, then count what was lost (promises R01–R04, R07, R09)."""
