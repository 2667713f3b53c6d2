"""Records to paper, mail and page: pure functions, nothing here reads a file of the home or calls the world."""
