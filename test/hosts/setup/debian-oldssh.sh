# shellcheck shell=bash
# shellcheck disable=SC2154 # root and folder come from all.sh
# What OpenSSH 5.3 (CentOS 6) offers and today's OpenSSH still has; and a host that talks: a banner, a profile that prints
# on both streams, a /tmp nothing can be run from. rsa-sha2 stays for user keys: this sshd says in EXT_INFO that it knows
# it, whatever is allowed, and clients then use it.
cat >>"$root/etc/ssh/sshd_config" <<'SSHD'
KexAlgorithms diffie-hellman-group-exchange-sha256,diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1,diffie-hellman-group1-sha1
Ciphers aes128-ctr,aes192-ctr,aes256-ctr,aes128-cbc,3des-cbc,aes192-cbc,aes256-cbc
MACs hmac-md5,hmac-sha1,umac-64@openssh.com,hmac-sha1-96,hmac-md5-96
HostKeyAlgorithms ssh-rsa
PubkeyAcceptedAlgorithms ssh-rsa,rsa-sha2-256,rsa-sha2-512
Banner /etc/issue.net
SSHD
printf '%s\n' '*********************************' '* Authorised use only. Go away. *' '*********************************' >"$root/etc/issue.net"
for profile in /root/.bashrc /root/.profile; do
  cat >"$root$profile" <<'PROFILE'
echo "Welcome to $(hostname), last backup: never"
echo "warning: quota of / is 97% used" >&2
printf '\033[1mcolour\033[0m without a newline'
PROFILE
done
cat >"$folder/mounts.sh" <<'MOUNTS'
#!/bin/sh
mount -t tmpfs -o noexec,nosuid,nodev,mode=1777,size=8m tmpfs "$1/tmp"
MOUNTS
chmod 755 "$folder/mounts.sh"
