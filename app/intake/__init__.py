"""Clues (线索): registered, verified, then filed as a case or not (市场监督管理行政处罚程序规定 18–20)."""
