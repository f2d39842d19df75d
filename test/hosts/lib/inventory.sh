# shellcheck shell=bash
# The inventory of a raised fleet. Host keys stay checked: known_hosts holds the hosts' real keys.

inventory_line() { # DIR HOST
  local key=id_ed25519
  [ "$2" != debian-oldssh ] || key=id_rsa
  printf '%s ansible_host=%s ansible_port=%s ansible_user=%s ansible_ssh_private_key_file=%s' \
    "$2" "${ADDRESS[$2]}" "${SSH_PORT[$2]:-22}" "${LOGIN[$2]:-root}" "$1/ssh/$key"
  [ "$2" != debian-sudo ] || printf ' ansible_become=true ansible_become_password=%s' "$(cat "$1/ssh/sudo-password")"
  echo
}

common_arguments() { # DIR
  printf "ansible_ssh_common_args='-F %s/ssh/play_config'\n" "$1"
}

# inventory.ini, and others.ini for the hosts that only the verbs are tried on
write_inventory() { # DIR
  local host
  (
    umask 077
    {
      echo '# the hosts that shall show the client'
      echo '[servers]'
      for host in "${HOSTS[@]}"; do inventory_line "$1" "$host"; done
      printf '\n# gets a receiver, but its balancer sends no option\n[no_option]\n'
      inventory_line "$1" control-no-option
      printf '\n# gets no receiver: site.yml leaves this group out\n[toa_controls]\n'
      inventory_line "$1" control-no-receiver
      printf '\n[all:vars]\n'
      echo "# only the balancers may name a client"
      echo "toa_balancers=['10.99.0.0/16']"
      common_arguments "$1"
    } >"$1/inventory.ini"
    {
      echo '[others]'
      for host in "${OTHERS[@]}"; do inventory_line "$1" "$host"; done
      printf '\n[all:vars]\n'
      common_arguments "$1"
    } >"$1/others.ini"
  )
}
