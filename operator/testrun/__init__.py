"""TestRun operator: runs a repository's tests in four phases and leaves JUnit evidence of each of them."""

__version__ = "0.1.0"
