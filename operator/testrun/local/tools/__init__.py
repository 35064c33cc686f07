"""The vendors' tools: how each is started in a phase, and how what it says is read. Nothing here starts one."""
