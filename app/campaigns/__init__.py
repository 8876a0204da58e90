"""Campaigns: 铁拳, 剑网 and others, with their targets of the year."""
