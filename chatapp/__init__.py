"""Chatapp: a team's chat with gpt-oss-20b on Cloudflare Workers AI.

The floors; imports go down only (tests/test_floors.py holds them):

   10 administration  what was used, what was done, what holds for all: the administrators' pages
   10 demo            a database filled with invented months, to look at and to measure
    9 server          how it is run: serve, draining, caps, health, metrics, logs
    8 desk            the reviewer's room: the list, a conversation with its rubric, exports
    8 upkeep          copies of the data that are known to be good, and the way back from one
    7 chat            the member's room: pages, panel, posts in, frames out     TOKENS GO OUT
    6 review          reading the team's conversations: visits, facts, scores, exports
    5 sharing         what a member shows to others by a link
    5 feedback        what members think of answers, and do with them
    5 takeout         conversations taken along as files, and brought in
    4 conversations   what is remembered, and the deeds on it                    STORED HERE
    2 prompts  usage  what the model is told · what it costs
    1 accounts        who may come in, with which right
    0 audit           what was done, by whom and why; append-only
    0 workersai       the model's wire: httpx and the standard library           TOKENS COME IN
    0 rows            statements that a question waits for, written out
    0 standin         a local server that speaks the same wire

settings.py, urls.py and asgi.py wire the rooms together and hold no logic.
"""
