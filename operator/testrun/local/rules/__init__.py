"""Phase 0's own rules: no legacy test surface, every test in a phase, an allowlist that polices itself. Pure."""
