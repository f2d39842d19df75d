# shellcheck shell=sh
# shellcheck disable=SC2154 # module, file: set by the call
# Remote half of own_module: runs the uploaded module with the uploaded file of its arguments.

own_module_main() {
	chmod 0700 -- "$module" && chmod 0600 -- "$file" || return 1
	_out=$("$module" "$file" </dev/null)
	_rc=$?
	rm -f -- "$module" "$file"
	printf 'rc=%s\n--output--\n%s\n' "$_rc" "$_out"
}
