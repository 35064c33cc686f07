#!/bin/sh
# Every user may write to the provisioner's volumes, as to those of the local-path provisioner that kind has otherwise: a pod shall not
# need to be root. Their folders are made here, before a pod's container runtime would make them for root alone.
kubectl --kubeconfig /etc/kubernetes/admin.conf get persistentvolumes --watch --output 'jsonpath={.spec.hostPath.path}{"\n"}' |
  while read -r path; do
    case $path in /tmp/hostpath_pv/*) mkdir -p "$path" && chmod 777 "$path" ;; esac
  done
