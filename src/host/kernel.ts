import semver from 'semver';

/**
 * Whether a kernel release (`uname -r`) belongs to an upstream series at least as new, e.g. `5.10`. Vendors' backports
 * are not seen: probe for those. Only the series is asked of semver; releases are ordered by src/base/version.ts.
 */
export function kernelAtLeast(release: string, series: string): boolean {
  const found = semver.coerce(release);
  return found !== null && semver.gte(found, `${series}.0`);
}
