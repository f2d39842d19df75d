/** What dpvs_service leaves for each start of DPVS, which dpvs_daemon runs; and what is there while it runs. */
export const SERVICES = '/etc/toa/dpvs.services';
export const SERVICES_BUSY = '/var/run/toa-dpvs.services';
