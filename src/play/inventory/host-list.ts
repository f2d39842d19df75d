import type { InventoryData } from './data.ts';
import { tryAddress } from './address.ts';

/**
 * Hosts given as text: `-i web1,web2:2222,` (https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/host_list_inventory.html).
 * Beyond Ansible: in `root@198.51.100.7,` the user becomes `ansible_user`, and the host is named without it.
 */
export function addHostList(list: string, data: InventoryData): void {
  for (const entry of list.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const at = entry.lastIndexOf('@');
    const user = at > 0 ? entry.slice(0, at) : undefined;
    const place = user === undefined ? entry : entry.slice(at + 1);
    const address = tryAddress(place);
    const host = address && !address.host.includes('[') ? address.host : place;
    if (host === '' || data.hosts.has(host)) continue;
    data.putHost(host, 'ungrouped', host === address?.host ? address.port : undefined);
    if (user !== undefined) data.setVariable('host', host, 'ansible_user', user);
  }
}
