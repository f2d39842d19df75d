/**
 * The parts of a release as CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/): what was bundled, Node, what runs on servers.
 * No time and no random number: the same release has the same list.
 * @param {{version: string, packages: {name: string, version: string, license: string}[], node: string,
 *   programs: {name: string, sum: string}[]}} parts
 */
export function sbom({ version, packages, node, programs }) {
  const licenses = (license) => (license ? [{ expression: license }] : []);
  const library = (one) => ({
    type: 'library',
    'bom-ref': `pkg:npm/${one.name.replace('@', '%40')}@${one.version}`,
    name: one.name,
    version: one.version,
    purl: `pkg:npm/${one.name.replace('@', '%40')}@${one.version}`,
    licenses: licenses(one.license),
  });
  const program = ({ name, sum }) => ({
    type: 'application',
    'bom-ref': name,
    name,
    version,
    hashes: [{ alg: 'SHA-256', content: sum }],
    licenses: licenses('GPL-2.0-only'),
  });
  const runtime = {
    type: 'platform',
    'bom-ref': `pkg:generic/node@${node}`,
    name: 'node',
    version: node,
    purl: `pkg:generic/node@${node}`,
    licenses: licenses('MIT'),
  };
  const self = {
    type: 'application',
    'bom-ref': 'toa-play',
    name: 'toa-play',
    version,
    licenses: licenses('MIT AND GPL-2.0-only'),
  };
  const components = [runtime, ...packages.map(library), ...programs.map(program)];
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: self },
    components,
    dependencies: [{ ref: 'toa-play', dependsOn: components.map((one) => one['bom-ref']) }],
  };
}
