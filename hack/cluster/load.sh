#!/usr/bin/env bash
# Makes a locally built image available to the cluster's pods (which need imagePullPolicy IfNotPresent or Never), and prints the name by
# which they know it.
#
#   load.sh IMAGE [ARCHIVE]
#
# IMAGE is taken from the Docker engine, or from buildah where no engine answers; or it is read from ARCHIVE (docker or OCI format).
# Loading again what the node already has takes no time. PROVIDER and CLUSTER_NAME as for up.sh; with PROVIDER=existing
# the image is pushed to REGISTRY.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
case ${1:--h} in -h | --help) usage; exit ;; esac

began=$EPOCHREALTIME
image=$1 archive=${2:-}
use_cluster
choose_builder
if [[ -n $archive ]]; then
  [[ -f $archive ]] || die "no such archive: $archive"
  image_id=$(sha256sum <"$archive" | cut -c1-64)
else
  image_id=$(image_id_of "$image") || die "image $image is not among the images of $builder"
fi
provider_load "$image" "$image_id" "$archive"
provider_reference "$image"
say "image $image: in cluster $name ($provider) after $(seconds_since "$began") s"
