"""What a member shows to others by a link: a snapshot of one branch, with an end. No door: chat opens it."""
