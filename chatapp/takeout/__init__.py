"""Taking conversations along, and bringing them in; no URL, no socket.

exporting/   conversations → Markdown, JSON, HTML; a ZIP of many; all of it as it is read, batch by batch
importing/   an uploaded file → what is in it (the dry run) → hidden rows, shown all at once or not at all
"""
