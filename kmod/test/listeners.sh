#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# listeners.sh BUILD FOLDER: everyone's servers, each asked once through toa-probe, on IPv4 and (where it listens) on IPv6
# (run it by namespace.sh). FOLDER holds the sources of kmod/test/listeners. Lines "NAME JSON" (toa-probe's answer) and "NAME.log TEXT".
set -u
build=$1 folder=$2
mkdir /mnt/w
cd /mnt/w || exit 3
pids=''
serve() { # name, command...: in the background, output to a log of its own
	name=$1
	shift
	"$@" >"$name.out" 2>&1 &
	pids="$pids $!"
}

cat >nginx.conf <<'N'
daemon off; pid nginx.pid; error_log nginx.err; events {}
http {
  log_format who '$remote_addr:$remote_port';
  access_log /mnt/w/nginx.log who;
  server { listen 8081; listen [::]:8081; return 200 "$remote_addr\n"; }
  server { listen 8082 deferred reuseport; return 200 "$remote_addr\n"; }
}
N
modules=/usr/lib/apache2/modules
cat >apache.conf <<A
ServerName test
PidFile /mnt/w/apache.pid
Listen 8083
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule dir_module $modules/mod_dir.so
ErrorLog /mnt/w/apache.err
LogFormat "%h:%{remote}p" who
CustomLog /mnt/w/apache.log who
DocumentRoot /mnt/w
User www-data
Group www-data
A
cat >haproxy.conf <<'H'
global
  log stdout format raw local0
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend f
  bind :::8084 v4v6
  log global
  log-format %ci:%cp
  http-request return status 200 content-type text/plain lf-string "%ci\n"
H
(cd "$folder" && GOCACHE=/mnt/w/gocache GOFLAGS=-mod=mod HOME=/mnt/w CGO_ENABLED=0 go build -o /mnt/w/goserver server.go) || exit 3
javac -d /mnt/w "$folder/Server.java" || exit 3

"$build/toa-bpf" attach --kinds "${kinds:-default,254:8@syn,254:20@syn}" >/dev/null || exit 3
mkdir -p /mnt/w/tmp
export TMPDIR=/mnt/w/tmp
serve nginx nginx -p /mnt/w -c /mnt/w/nginx.conf
serve apache apache2 -d /mnt/w -f /mnt/w/apache.conf -DFOREGROUND
serve haproxy haproxy -db -f haproxy.conf
serve node node "$folder/server.mjs" 8085
serve go ./goserver 8086
serve python python3 "$folder/server.py" 8087
serve java java -cp /mnt/w Server 8088
for port in 8081 8082 8083 8084 8085 8086 8087 8088; do
	for _ in $(seq 1 150); do
		ss -Hltn "sport = :$port" | grep -q . && break
		sleep 0.1
	done
done
ask() { # name, port, options
	name=$1 port=$2
	shift 2
	printf '%s ' "$name"
	"$build/toa-probe" port --port "$port" --http / "$@"
}
for server in nginx:8081 nginx_deferred:8082 apache:8083 haproxy:8084 node:8085 go:8086 python:8087 java:8088; do
	ask "${server%:*}" "${server#*:}"
	[ "$server" = nginx_deferred:8082 ] || ask "${server%:*}6" "${server#*:}" --family 6
	ask "${server%:*}_syn" "${server#*:}" --place syn
done
sleep 1
for name in nginx apache; do sed "s/^/$name.log /" "$name.log"; done
for name in haproxy node go python java; do sed "s/^/$name.log /" "$name.out"; done
cat apache.err nginx.err >&2
# shellcheck disable=SC2086 # a list
kill $pids
wait
