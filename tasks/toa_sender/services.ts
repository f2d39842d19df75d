import { isIPv4 } from 'node:net';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { isNetwork } from '../shared/receiver/networks.ts';

const PORT = /^(?:[1-9]\d{0,4})$/;
const isPort = (text: string): boolean => PORT.test(text) && Number(text) <= 65535;

/** Splits `10.0.2.8:80`, `[2001:db8::8]:80` or a network alone; undefined for what is none (kmod/sender/services.c). */
function partsOf(text: string): { network: string; port?: string } | undefined {
  const bracketed = /^\[([^[\]]+)\]:(.*)$/.exec(text);
  if (bracketed) return { network: bracketed[1], port: bracketed[2] };
  const colons = text.split(':');
  if (colons.length === 2 && isIPv4(colons[0].split('/')[0])) return { network: colons[0], port: colons[1] };
  return text.includes('[') ? undefined : { network: text };
}

/** True for what `toa-bpf sender --services` takes as one line. */
export function isService(text: string): boolean {
  const parts = partsOf(text);
  return !!parts && isNetwork(parts.network) && (parts.port === undefined || isPort(parts.port));
}

/** Why a list of services cannot be used, or undefined. */
export function wrongServices(services: readonly string[]): ModuleResult | undefined {
  const bad = services.length === 0 ? '' : services.find((one) => !isService(one));
  if (bad === undefined) return undefined;
  const msg =
    services.length === 0
      ? 'nobody said which servers get the option (services)'
      : `${JSON.stringify(bad)} is no service`;
  return failure(msg, {
    code: 'E_TOA_SERVICE',
    remedy: "the servers' own addresses, one an item: 10.0.2.0/24, 10.0.2.8:80, 2001:db8::/64 or [2001:db8::8]:80",
  });
}
