"""Branches on the mode, read and taken out: each expression and statement as it is when nothing is in cluster mode. Pure."""
