"""Looking at checks: what is read and watched (``survey``, ``looks`` and each ``*_look``), and from bodies to the facts that
`testrun.core.preflight` judges (``workloads``, ``telepresence``, which ask nothing).
"""
