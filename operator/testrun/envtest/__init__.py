"""A TestRun put through without a cluster: a real API server, the real operator and server, and hands that play the kubelet.

For the project's own tests, and for those of others who want to see what their pipeline makes of a green or a red run
(docs/envtest.md). It stands beside `kube`, `local`, `browser` and `web`: it knows the API, starts the command as a process, and
imports none of them. Nothing of the product imports it. It is no part of `local`, whose reporters run inside tests of others.
"""
