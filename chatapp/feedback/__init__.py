"""What members think of answers: thumbs with reasons and words, and what they do with an answer (signals)."""
