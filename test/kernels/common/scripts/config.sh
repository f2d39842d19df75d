#!/bin/sh
# Written for toa-play's tests: completes .config. What Kconfig does not know, or whose condition is not met, goes.
cat Kconfig net/Kconfig net/toa/Kconfig 2>/dev/null | awk '
	function value(s) { return (s in set) ? set[s] : "n" }
	function met(condition,  parts, n, i) {
		n = split(condition, parts, / *&& */)
		for (i = 1; i <= n; i++) if (parts[i] != "" && value(parts[i]) == "n") return 0
		return 1
	}
	function flush() {
		if (name == "") return
		if (!met(need) || !met(outer)) { delete set[name] }
		else if (!(name in set) && initial != "") set[name] = initial
		if (type == "string" && met(need) && !(name in set)) set[name] = "\"\""
		order[++n] = name; kind[name] = (met(need) && met(outer)) ? type : "hidden"
		name = ""; need = ""; initial = ""
	}
	BEGIN {
		while ((getline line <".config") > 0)
			if (line ~ /^CONFIG_[A-Z0-9_]+=/) { s = substr(line, 8); v = s; sub(/=.*/, "", s); sub(/^[^=]*=/, "", v); set[s] = v }
	}
	$1 == "config" { flush(); name = $2 }
	$1 == "bool" || $1 == "tristate" || $1 == "string" { type = $1 }
	$1 == "depends" { need = $0; sub(/^[ \t]*depends on /, "", need) }
	$1 == "default" { initial = $2 }
	$1 == "if" { flush(); outer = $2 }
	$1 == "endif" { flush(); outer = "" }
	END {
		flush()
		print "# Made for the tests, do not edit."
		for (i = 1; i <= n; i++) {
			s = order[i]
			if (kind[s] == "hidden") continue
			if (s in set && set[s] != "n") print "CONFIG_" s "=" set[s]; else print "# CONFIG_" s " is not set"
		}
	}' >.config.made && mv .config.made .config
