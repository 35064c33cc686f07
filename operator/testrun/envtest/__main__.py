"""``python -m testrun.envtest``: an API server that stays until Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import sys

from testrun.envtest import control_plane, programs


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background jobs are started with it ignored
    try:
        with control_plane.running() as server:
            print(f"export KUBECONFIG={server.kubeconfig}", flush=True)
            print("The API server runs until Ctrl-C.", file=sys.stderr)
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()
    except programs.EnvtestError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
