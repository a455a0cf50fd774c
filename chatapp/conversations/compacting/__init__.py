"""The earlier part of a branch, condensed by the model into a summary that stands for it.

standing.py   which summary stands for what, when the model is asked
cut.py        where a branch can be cut, and how much lies before the cut
begin.py      the deeds: begin, try again
write.py      the model's calls, piece by piece, to exactly one end
change.py     the deeds: edit, remove, bring back
marks.py      what the transcript says at a summary's place
orphans.py    ends what a dead process left unwritten
"""
