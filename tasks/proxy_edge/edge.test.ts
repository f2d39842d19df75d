import { describe, expect, it } from 'vitest';
import { haproxySnippet, type Listener, nginxSnippet, ruleset, upScript, wrongListeners } from './edge.ts';

const four: Listener = { listen: '203.0.113.10', port: 443, server: '10.0.2.8', server_port: 8443 };
const six: Listener = { listen: '2001:db8::10', port: 443, server: 'fd00::8', server_port: 443 };
const edge = { name: 'toa_edge', listeners: [four, six], mark: 0x70a, table: 710 };

describe('proxy_edge', () => {
  it('masquerades what goes to the servers, and gives the proxy what comes back', () => {
    const rules = ruleset(edge);
    expect(rules).toContain('ip daddr 10.0.2.8 tcp dport 8443 masquerade');
    expect(rules).toContain('ip6 saddr fd00::8 tcp sport 443 socket transparent 1 meta mark set 0x70a');
  });

  it('routes marked packets here, for the families that there are', () => {
    expect(upScript(edge).match(/route replace local default dev lo table 710/g)).toHaveLength(2);
    expect(upScript({ ...edge, listeners: [four] })).not.toContain('-6');
  });

  it('writes the proxies what they take', () => {
    expect(nginxSnippet([four, six])).toContain(
      'server { listen [2001:db8::10]:443; proxy_pass [fd00::8]:443; proxy_bind [$remote_addr]:$remote_port transparent; }',
    );
    expect(haproxySnippet('toa_edge', [four, six])).toContain('  source [::]:0 usesrc client\n');
    expect(nginxSnippet([four, six], false).match(/proxy_bind \S+ transparent/g)).toEqual([
      'proxy_bind $remote_addr transparent',
      'proxy_bind $remote_addr transparent',
    ]);
    expect(haproxySnippet('toa_edge', [four], false)).toContain('  source 0.0.0.0 usesrc clientip\n');
  });

  it.each([
    [{ ...four, server: 'origin.example' }, 'is no address'],
    [{ ...four, server: 'fd00::8' }, 'different families'],
    [{ ...four, listen: '203.0.113.10; }' }, 'is no address'],
  ])('refuses %j', (bad, message) =>
    expect(wrongListeners([bad])).toMatchObject({ code: 'E_EDGE_LISTENER', msg: expect.stringContaining(message) }),
  );

  it('refuses one address twice', () => expect(wrongListeners([four, four])?.msg).toBe('203.0.113.10:443 comes twice'));
});
