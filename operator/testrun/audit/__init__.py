"""``ameide audit``: what a repository's tests are worth, told from their sources alone. Reads files; starts and asks nothing."""
