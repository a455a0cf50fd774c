"""What members and administrators see of accounts; each page calls one deed of the room."""
