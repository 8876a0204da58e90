"""Registers that everything else picks from: parties (persons, firms) and rights with their holders."""
