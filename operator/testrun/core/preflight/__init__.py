"""What must be ready before the tests start: from facts to findings. Pure.

Each check is judged by one function of its own module, from what was seen at one moment. Who judges repeats it until it holds or
its time is up; nothing here remembers an earlier look.
"""
