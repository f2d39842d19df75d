import type { ParsedSshArgs, SshOptions } from './ssh-args.ts';

const words = (text: string) => text.toLowerCase().split(' ');

/**
 * What ssh2 does itself, and what changes nothing for one connection that is kept open (ControlMaster...) and shows
 * nothing. Everything else (Ciphers, RevokedHostKeys, ForwardAgent, a mistyped name) goes to the ssh program, which
 * honours it or says that it does not.
 */
const DONE_BY_SSH2 = new Set(
  words(
    'HostName Port User HostKeyAlias IdentityFile IdentitiesOnly IdentityAgent ProxyJump ProxyCommand HashKnownHosts ' +
      'StrictHostKeyChecking UserKnownHostsFile GlobalKnownHostsFile ConnectTimeout ServerAliveInterval ' +
      'ServerAliveCountMax BatchMode CheckHostIP ControlMaster ControlPath ControlPersist Compression ' +
      'ConnectionAttempts LogLevel NumberOfPasswordPrompts RequestTTY TCPKeepAlive UpdateHostKeys VisualHostKey ' +
      'AddKeysToAgent EscapeChar',
  ),
);
/** In files that distributions write for everyone: what only adds to a terminal session, or another way to log in. */
const HARMLESS_IN_FILES = new Set(
  words(
    'Host SendEnv GSSAPIAuthentication GSSAPIDelegateCredentials GSSAPIKeyExchange GSSAPIKexAlgorithms ' +
      'GSSAPITrustDNS GSSAPIRenewalForcesRekey ForwardX11 ForwardX11Trusted ForwardX11Timeout XAuthLocation ' +
      'ExitOnForwardFailure IPQoS EnableEscapeCommandline FingerprintHash IgnoreUnknown UseKeychain',
  ),
);
/** What ssh2 does is this value. */
const SAME_AS: Readonly<Record<string, RegExp>> = Object.fromEntries([
  ...words(
    'GSSAPIAuthentication GSSAPIDelegateCredentials ForwardAgent ForwardX11 VerifyHostKeyDNS CanonicalizeHostname ' +
      'PermitLocalCommand Tunnel ClearAllForwardings NoHostAuthenticationForLocalhost HostbasedAuthentication',
  ).map((name) => [name, /^(no|false)$/i]),
  ...words('PasswordAuthentication PubkeyAuthentication KbdInteractiveAuthentication').map((name) => [
    name,
    /^(yes|true)$/i,
  ]),
  ...words('CertificateFile PKCS11Provider RevokedHostKeys KnownHostsCommand RemoteCommand').map((name) => [
    name,
    /^none$/i,
  ]),
  ['addressfamily', /^any$/i],
]);

function isDone(options: SshOptions, name: string): boolean {
  if (DONE_BY_SSH2.has(name)) return true;
  return Object.hasOwn(SAME_AS, name) && options.all(name).every((value) => SAME_AS[name].test(value));
}

/** What of ansible_ssh_common_args and its kin only the ssh program can do. */
export function beyondSsh2({ options, ignored }: ParsedSshArgs): string | undefined {
  const name = options.names().find((one) => !isDone(options, one));
  if (name !== undefined) return `the option ${name}`;
  const flag = ignored.find((one) => !/^-[vqTntaxk]$/.test(one));
  return flag && `the flag ${flag}`;
}

/** What of the options that files added only the ssh program can do. */
export function beyondSsh2InFiles(options: SshOptions): string | undefined {
  const name = options.names().find((one) => !HARMLESS_IN_FILES.has(one) && !isDone(options, one));
  return name && `the option ${name}`;
}
