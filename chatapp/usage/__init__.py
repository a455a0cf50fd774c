"""Floor 2: what the model costs.

cost.py      the price of a call
endings.py   how a call ended, in one word
ledger.py    adds what was spent to the sums of a day
figures.py   the sums of a time, by day, member and version of a prompt
"""
