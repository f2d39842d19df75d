import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runProgram } from '../../../scripts/lib/programs.mjs';
import { formatIpAddress, parseIpAddress } from '../../../src/base/net/ip-address.ts';

const NETADDR = `
import json, sys
from netaddr import IPAddress
json.dump([str(IPAddress(int(value), version)) for version, value in json.load(sys.stdin)], sys.stdout)
`;

it('writes addresses as netaddr, and reads what it wrote', () => {
  const group = fc.oneof(fc.constant(0), fc.constantFrom(1, 0xffff), fc.integer({ min: 0, max: 0xffff }));
  const groups = fc.array(group, { minLength: 8, maxLength: 8 });
  const six = fc.sample(groups, 2000).map((all) => all.reduce((sum, one) => (sum << 16n) | BigInt(one), 0n));
  const four = fc.sample(fc.integer({ min: 0, max: 0xffffffff }), 200).map(BigInt);
  const asked = [
    ...six.map((value) => ({ version: 6 as const, value })),
    ...four.map((value) => ({ version: 4 as const, value })),
  ];
  const input = JSON.stringify(asked.map(({ version, value }) => [version, String(value)]));
  const said = JSON.parse(runProgram('/usr/bin/python3', ['-c', NETADDR], { input })) as string[];
  const ours = asked.map(formatIpAddress);
  expect(ours.filter((text, i) => text !== said[i])).toEqual([]);
  expect(ours.map(parseIpAddress)).toEqual(asked);
});
