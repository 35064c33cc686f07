# The operator, the server and the command line: one image. Built by hack/images/build.sh, which puts the locked libraries
# and our package next to this file, so that the build itself needs neither pip nor a network.
ARG BASE_IMAGE=python:3.11-slim-bookworm
FROM ${BASE_IMAGE}

RUN python3 -m venv --without-pip /opt/testrun \
 && echo 'testrun:x:65532:65532::/nonexistent:/usr/sbin/nologin' >>/etc/passwd

# Compiled here, once: the root file system is read-only where this runs. First what changes rarely.
COPY libraries /opt/testrun/lib/python3.11/site-packages
RUN python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/testrun/lib
COPY package /opt/testrun/lib/python3.11/site-packages
COPY bin /opt/testrun/bin
RUN python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/testrun/lib/python3.11/site-packages/testrun

ENV PATH=/opt/testrun/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 65532:65532
ENTRYPOINT ["ameide"]
