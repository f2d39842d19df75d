#!/bin/sh
if [ "$1" = --host ]; then
  echo "{\"v\": \"asked for $2\", \"n\": 5, \"tmpl\": \"{{ 1 + 1 }}\"}"
else
  echo '{"g": {"hosts": ["d1", "d2"], "vars": {"v": "group"}}, "all": {"children": ["g"]}}'
fi
