"""From the old way to run tests (modes, pack scripts) to phases: what changes, step by step. Pure: files in, changes out."""
