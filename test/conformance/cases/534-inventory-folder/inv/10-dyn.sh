#!/bin/sh
cat <<E
{"dyn": {"hosts": ["h4"], "vars": {"v": "dyn"}, "children": ["sub"]}, "sub": ["h5"], "_meta": {"hostvars": {"h4": {"hv": "meta"}}}}
E
