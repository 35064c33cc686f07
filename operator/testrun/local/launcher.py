"""Starts `isolated`. Python compiles a script each time it is started, and a module once; this starts before every test tool."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import isolated  # type: ignore[import-not-found]  # found in our own folder

del sys.path[0]  # nothing else of ours is in the way of the standard library
os._exit(isolated.main(sys.argv[1:]))  # at once: there is nothing to tidy up
