# A cluster that is there already: the one of the current KUBECONFIG. Nothing is made, and nothing is removed.
# shellcheck shell=bash disable=SC2154

provider_up() { # KUBECONFIG
  kubectl --request-timeout 10s get --raw /readyz >/dev/null ||
    die "PROVIDER=existing uses the cluster of KUBECONFIG (now '${KUBECONFIG:-~/.kube/config}'), and it does not answer"
  kubectl config view --raw --minify --flatten >"$1"
}

provider_down() { say "an existing cluster is left as it is"; }

provider_load() { # IMAGE ID ARCHIVE
  [[ -n ${REGISTRY:-} ]] ||
    die "an existing cluster pulls its images: set REGISTRY to push $1 there, and use \$REGISTRY/$1 in the cluster"
  local target=${REGISTRY%/}/$1
  if [[ $builder == docker ]]; then
    [[ -z $3 ]] || docker load --input "$3" >&2
    docker tag "$1" "$target"
    docker push "$target" >&2
  else
    buildah push "${3:-$1}" "docker://$target" >&2
  fi
}
