# shellcheck shell=bash
# shellcheck disable=SC2154 # root and folder come from all.sh
# An ordinary user; sudo asks for a password each time.
chroot "$root" usermod --append --groups sudo deploy
printf 'deploy:%s\n' "$(cat "$folder/../../ssh/sudo-password")" | chroot "$root" chpasswd
echo 'Defaults timestamp_timeout=0' >"$root/etc/sudoers.d/ask-always"
chmod 440 "$root/etc/sudoers.d/ask-always"
