"""One module for each step; `testrun.migrate.table` has them in order."""
