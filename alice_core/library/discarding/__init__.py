"""The trash, and giving back what nothing needs. The only room that moves a file of the user, and only when asked."""
