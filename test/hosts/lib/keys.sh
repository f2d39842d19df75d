# shellcheck shell=bash
# SSH keys of one fleet, known_hosts from the hosts' real keys, an ssh_config for people (every host by its name), and
# one for plays, with only what ansible_* variables do not say: where known_hosts is, and the jump.

make_keys() { # DIR
  local dir=$1/ssh
  login_key "$1"
  # OpenSSH 5.3 knows no other kind that is still alive
  ssh-keygen -q -t rsa -b 2048 -N '' -C toa-play-fleet -f "$dir/id_rsa"
  (umask 077 && head -c 12 /dev/urandom | base64 | tr '+/' 'xy' >"$dir/sudo-password")
  host_keys "$1"
  ssh_config "$1" >"$dir/ssh_config"
  play_config "$1" >"$dir/play_config"
}

login_key() { # DIR
  mkdir -p "$1/ssh"
  chmod 700 "$1/ssh"
  ssh-keygen -q -t ed25519 -N '' -C toa-play-fleet -f "$1/ssh/id_ed25519"
}

host_keys() { # DIR
  local host
  for host in "${EVERY_HOST[@]}"; do
    mkdir -p "$1/hosts/$host/keys"
    case $host in
    debian-oldssh) ssh-keygen -q -t rsa -b 2048 -N '' -C "$host" -f "$1/hosts/$host/keys/ssh_host_rsa_key" ;;
    *) ssh-keygen -q -t ed25519 -N '' -C "$host" -f "$1/hosts/$host/keys/ssh_host_ed25519_key" ;;
    esac
    known_hosts_lines "$host" "$1/hosts/$host/keys" >>"$1/ssh/known_hosts"
  done
}

known_hosts_lines() { # HOST KEYS
  local name=${ADDRESS[$1]} key
  [ -z "${SSH_PORT[$1]:-}" ] || name="[$name]:${SSH_PORT[$1]}"
  for key in "$2"/*.pub; do printf '%s %s\n' "$name" "$(cut -d' ' -f1,2 "$key")"; done
}

ssh_config() { # DIR
  local host
  for host in "${EVERY_HOST[@]}"; do
    printf 'Host %s %s\n  HostName %s\n' "$host" "${ADDRESS[$host]}" "${ADDRESS[$host]}"
    printf '  User %s\n  Port %s\n' "${LOGIN[$host]:-root}" "${SSH_PORT[$host]:-22}"
    case $host in
    debian-oldssh)
      printf '  IdentityFile %s/ssh/id_rsa\n' "$1"
      printf '  %s\n' 'KexAlgorithms +diffie-hellman-group14-sha1' 'HostKeyAlgorithms +ssh-rsa' \
        'PubkeyAcceptedAlgorithms +ssh-rsa' 'MACs +hmac-sha1'
      ;;
    *) printf '  IdentityFile %s/ssh/id_ed25519\n' "$1" ;;
    esac
    [ "$host" != debian-jumped ] || echo '  ProxyJump bastion'
  done
  own_known_hosts "$1"
  echo '  StrictHostKeyChecking yes'
}

own_known_hosts() { # DIR
  printf 'Host *\n  IdentitiesOnly yes\n  UserKnownHostsFile %s/ssh/known_hosts\n' "$1"
}

play_config() { # DIR
  printf 'Host %s\n  ProxyJump jump@%s\n' "${ADDRESS["debian-jumped"]}" "${ADDRESS[bastion]}"
  printf 'Host %s\n  IdentityFile %s/ssh/id_ed25519\n' "${ADDRESS[bastion]}" "$1"
  own_known_hosts "$1"
}
