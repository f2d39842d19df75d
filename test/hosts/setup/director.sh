# shellcheck shell=bash
# A director before any playbook: nginx as Debian has it reads modules-enabled, HAProxy keeps its rights (before 2.9 it has
# to: tasks/proxy_edge/README.md).
# shellcheck disable=SC2154 # root: all.sh
sed -i '1i include /etc/nginx/modules-enabled/*.conf;' "$root/etc/nginx/nginx.conf"
sed -i -E '/^[[:space:]]*(user|group|chroot)[[:space:]]/d' "$root/etc/haproxy/haproxy.cfg"
