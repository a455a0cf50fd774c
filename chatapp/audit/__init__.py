"""Floor 0, with Django: what was done, by whom and why; rows are added and never changed.

record.py    `record(action, actor=…, subject=…)`, inside the transaction of the deed: both stand or fall together
actions.py   what can be recorded: every room declares its actions in its `audit_actions.py`
models.py    Entry, one row of the chain; Head, its end
chain.py     what is hashed, and how
schema.py    the triggers by which the database itself refuses to change a row
verify.py    walks the chain and names the first row that does not fit
"""
