# shellcheck shell=bash
# A web server on port 80 of both families, whose log has a line `ADDRESS:PORT` for each request: nginx, Go or Node.
# shellcheck disable=SC2154,SC2016 # host, folder, root: all.sh; nginx expands $request_uri
case $host in
server-nginx)
  sed -i -e 's/ \$request_uri//' -e 's/listen 80;/listen 80; listen [::]:80;/' -e 's|/var/log/nginx/access.log|/var/log/web.log|' \
    "$root/etc/nginx/nginx.conf"
  ;;
server-go)
  install -m 755 "$folder/../../web-go" "$root/usr/local/bin/web"
  command='/usr/local/bin/web 80'
  ;;
server-node)
  install -m 644 "$HOSTS_DIR/../../kmod/test/listeners/server.mjs" "$root/srv/server.mjs"
  command='/usr/bin/node /srv/server.mjs 80'
  ;;
esac
if [ "$host" != server-nginx ]; then
  printf '%s\n' '[Unit]' 'Description=The web server of this test host' '[Service]' "ExecStart=$command" \
    'StandardOutput=append:/var/log/web.log' '[Install]' 'WantedBy=multi-user.target' >"$root/etc/systemd/system/web.service"
  chroot "$root" systemctl disable --quiet nginx.service
  chroot "$root" systemctl enable --quiet web.service
fi
