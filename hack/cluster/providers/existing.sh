# A cluster that is there already: the one of the current KUBECONFIG. Nothing is made, and nothing is removed. What looks like production is
# refused, since what comes after installs, upgrades and uninstalls an operator, and makes faults.
# shellcheck shell=bash disable=SC2154

provider_up() { # KUBECONFIG
  local context cluster server
  read -r context cluster server < <(kubectl config view --minify \
    --output 'jsonpath={.current-context} {.contexts[0].context.cluster} {.clusters[0].cluster.server}{"\n"}') ||
    die "PROVIDER=existing uses the current context of KUBECONFIG (now '${KUBECONFIG:-~/.kube/config}'), and there is none"
  say "existing: context $context, cluster $cluster at $server"
  refuse_production "$context" "$cluster" "$server"
  kubectl --request-timeout 10s get --raw /readyz >/dev/null ||
    die "PROVIDER=existing uses the cluster of KUBECONFIG (now '${KUBECONFIG:-~/.kube/config}'), and it does not answer"
  say "existing: it answers"
  kubectl config view --raw --minify --flatten >"$1"
}

# refuse_production CONTEXT CLUSTER SERVER: unless ALLOW_PRODUCTION names this very context, so that it does not outlive a change of it
refuse_production() {
  local name
  [[ ${ALLOW_PRODUCTION:-} != "$1" ]] || return 0
  for name in "$@"; do
    [[ ! ${name,,} =~ (^|[^a-z])(prod|prd|production|live)([^a-z]|$) ]] ||
      die "context $1 looks like production ('${BASH_REMATCH[2]}' in $name): choose another, or say ALLOW_PRODUCTION=$1 if it is none"
  done
}

provider_down() { say "an existing cluster is left as it is"; }

provider_reference() { # IMAGE
  [[ -n ${REGISTRY:-} ]] || die "an existing cluster pulls its images: set REGISTRY to push $1 there"
  echo "${REGISTRY%/}/$1"
}

provider_load() { # IMAGE ID ARCHIVE
  local target
  target=$(provider_reference "$1")
  say "existing: pushing $target"
  if [[ $builder == docker ]]; then
    [[ -z $3 ]] || docker load --input "$3" >&2
    docker tag "$1" "$target"
    docker push "$target" >&2
  else
    buildah push "${3:-$1}" "docker://$target" >&2
  fi
}
