"""Floor 10: the administrators' pages over everything below: what was used, what was done, what holds for all.

Members, groups and rights have their pages in their own room (accounts).
"""
