"""From Kubernetes bodies, as its API gives them, to the facts that preflight judges. Pure: no requests here."""
