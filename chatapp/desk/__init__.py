"""The reviewer's room: the list, a conversation with its rubric, exports. Every page asks for the right anew, and
every word of somebody else comes through an open visit or a search (chatapp/review)."""
