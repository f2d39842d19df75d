// Made by scripts/generate-verbs.mjs; do not edit.
import type { Verb } from '../src/verb/verb.ts';
import { verb as aclVerb } from './acl/task.ts';
import { verb as add_hostVerb } from './add_host/task.ts';
import { verb as alternativesVerb } from './alternatives/task.ts';
import { verb as aptVerb } from './apt/task.ts';
import { verb as apt_keyVerb } from './apt_key/task.ts';
import { verb as apt_repositoryVerb } from './apt_repository/task.ts';
import { verb as archiveVerb } from './archive/task.ts';
import { verb as assembleVerb } from './assemble/task.ts';
import { verb as assertVerb } from './assert/task.ts';
import { verb as async_statusVerb } from './async_status/task.ts';
import { verb as authorized_keyVerb } from './authorized_key/task.ts';
import { verb as blockinfileVerb } from './blockinfile/task.ts';
import { verb as boot_entryVerb } from './boot_entry/task.ts';
import { verb as commandVerb } from './command/task.ts';
import { verb as copyVerb } from './copy/task.ts';
import { verb as cronVerb } from './cron/task.ts';
import { verb as deb822_repositoryVerb } from './deb822_repository/task.ts';
import { verb as debconfVerb } from './debconf/task.ts';
import { verb as debugVerb } from './debug/task.ts';
import { verb as dnfVerb } from './dnf/task.ts';
import { verb as dpkg_selectionsVerb } from './dpkg_selections/task.ts';
import { verb as dpvs_daemonVerb } from './dpvs_daemon/task.ts';
import { verb as dpvs_planVerb } from './dpvs_plan/task.ts';
import { verb as dpvs_serviceVerb } from './dpvs_service/task.ts';
import { verb as failVerb } from './fail/task.ts';
import { verb as fetchVerb } from './fetch/task.ts';
import { verb as fileVerb } from './file/task.ts';
import { verb as findVerb } from './find/task.ts';
import { verb as get_urlVerb } from './get_url/task.ts';
import { verb as getentVerb } from './getent/task.ts';
import { verb as gitVerb } from './git/task.ts';
import { verb as git_configVerb } from './git_config/task.ts';
import { verb as goedge_senderVerb } from './goedge_sender/task.ts';
import { verb as groupVerb } from './group/task.ts';
import { verb as group_byVerb } from './group_by/task.ts';
import { verb as hostnameVerb } from './hostname/task.ts';
import { verb as include_roleVerb } from './include_role/task.ts';
import { verb as include_tasksVerb } from './include_tasks/task.ts';
import { verb as include_varsVerb } from './include_vars/task.ts';
import { verb as ini_fileVerb } from './ini_file/task.ts';
import { verb as iptablesVerb } from './iptables/task.ts';
import { verb as ipvsVerb } from './ipvs/task.ts';
import { verb as kernel_blacklistVerb } from './kernel_blacklist/task.ts';
import { verb as kernel_buildVerb } from './kernel_build/task.ts';
import { verb as kernel_develVerb } from './kernel_devel/task.ts';
import { verb as kernel_installVerb } from './kernel_install/task.ts';
import { verb as kernel_sourceVerb } from './kernel_source/task.ts';
import { verb as kmod_bootVerb } from './kmod_boot/task.ts';
import { verb as kmod_buildVerb } from './kmod_build/task.ts';
import { verb as kmod_loadVerb } from './kmod_load/task.ts';
import { verb as known_hostsVerb } from './known_hosts/task.ts';
import { verb as lineinfileVerb } from './lineinfile/task.ts';
import { verb as locale_genVerb } from './locale_gen/task.ts';
import { verb as makeVerb } from './make/task.ts';
import { verb as metaVerb } from './meta/task.ts';
import { verb as modprobeVerb } from './modprobe/task.ts';
import { verb as mountVerb } from './mount/task.ts';
import { verb as nat_balancerVerb } from './nat_balancer/task.ts';
import { verb as own_moduleVerb } from './own_module/task.ts';
import { verb as packageVerb } from './package/task.ts';
import { verb as package_factsVerb } from './package_facts/task.ts';
import { verb as pam_limitsVerb } from './pam_limits/task.ts';
import { verb as patchVerb } from './patch/task.ts';
import { verb as pauseVerb } from './pause/task.ts';
import { verb as pingVerb } from './ping/task.ts';
import { verb as pipVerb } from './pip/task.ts';
import { verb as proxy_edgeVerb } from './proxy_edge/task.ts';
import { verb as rawVerb } from './raw/task.ts';
import { verb as rebootVerb } from './reboot/task.ts';
import { verb as replaceVerb } from './replace/task.ts';
import { verb as rpm_keyVerb } from './rpm_key/task.ts';
import { verb as scriptVerb } from './script/task.ts';
import { verb as selinuxVerb } from './selinux/task.ts';
import { verb as serviceVerb } from './service/task.ts';
import { verb as service_factsVerb } from './service_facts/task.ts';
import { verb as set_factVerb } from './set_fact/task.ts';
import { verb as set_statsVerb } from './set_stats/task.ts';
import { verb as setupVerb } from './setup/task.ts';
import { verb as shellVerb } from './shell/task.ts';
import { verb as slurpVerb } from './slurp/task.ts';
import { verb as statVerb } from './stat/task.ts';
import { verb as sysctlVerb } from './sysctl/task.ts';
import { verb as systemdVerb } from './systemd/task.ts';
import { verb as sysvinitVerb } from './sysvinit/task.ts';
import { verb as tempfileVerb } from './tempfile/task.ts';
import { verb as templateVerb } from './template/task.ts';
import { verb as timezoneVerb } from './timezone/task.ts';
import { verb as toa_ebpfVerb } from './toa_ebpf/task.ts';
import { verb as toa_explainVerb } from './toa_explain/task.ts';
import { verb as toa_factsVerb } from './toa_facts/task.ts';
import { verb as toa_senderVerb } from './toa_sender/task.ts';
import { verb as toa_sourceVerb } from './toa_source/task.ts';
import { verb as toa_vendor_moduleVerb } from './toa_vendor_module/task.ts';
import { verb as toa_verifyVerb } from './toa_verify/task.ts';
import { verb as ufwVerb } from './ufw/task.ts';
import { verb as unarchiveVerb } from './unarchive/task.ts';
import { verb as uriVerb } from './uri/task.ts';
import { verb as userVerb } from './user/task.ts';
import { verb as validate_argument_specVerb } from './validate_argument_spec/task.ts';
import { verb as wait_forVerb } from './wait_for/task.ts';
import { verb as wait_for_connectionVerb } from './wait_for_connection/task.ts';
import { verb as yumVerb } from './yum/task.ts';
import { verb as yum_repositoryVerb } from './yum_repository/task.ts';
import { verb as zypperVerb } from './zypper/task.ts';

/** Every verb, by the order of names. */
export const verbs: readonly Verb[] = [
  aclVerb as unknown as Verb,
  add_hostVerb as unknown as Verb,
  alternativesVerb as unknown as Verb,
  aptVerb as unknown as Verb,
  apt_keyVerb as unknown as Verb,
  apt_repositoryVerb as unknown as Verb,
  archiveVerb as unknown as Verb,
  assembleVerb as unknown as Verb,
  assertVerb as unknown as Verb,
  async_statusVerb as unknown as Verb,
  authorized_keyVerb as unknown as Verb,
  blockinfileVerb as unknown as Verb,
  boot_entryVerb as unknown as Verb,
  commandVerb as unknown as Verb,
  copyVerb as unknown as Verb,
  cronVerb as unknown as Verb,
  deb822_repositoryVerb as unknown as Verb,
  debconfVerb as unknown as Verb,
  debugVerb as unknown as Verb,
  dnfVerb as unknown as Verb,
  dpkg_selectionsVerb as unknown as Verb,
  dpvs_daemonVerb as unknown as Verb,
  dpvs_planVerb as unknown as Verb,
  dpvs_serviceVerb as unknown as Verb,
  failVerb as unknown as Verb,
  fetchVerb as unknown as Verb,
  fileVerb as unknown as Verb,
  findVerb as unknown as Verb,
  get_urlVerb as unknown as Verb,
  getentVerb as unknown as Verb,
  gitVerb as unknown as Verb,
  git_configVerb as unknown as Verb,
  goedge_senderVerb as unknown as Verb,
  groupVerb as unknown as Verb,
  group_byVerb as unknown as Verb,
  hostnameVerb as unknown as Verb,
  include_roleVerb as unknown as Verb,
  include_tasksVerb as unknown as Verb,
  include_varsVerb as unknown as Verb,
  ini_fileVerb as unknown as Verb,
  iptablesVerb as unknown as Verb,
  ipvsVerb as unknown as Verb,
  kernel_blacklistVerb as unknown as Verb,
  kernel_buildVerb as unknown as Verb,
  kernel_develVerb as unknown as Verb,
  kernel_installVerb as unknown as Verb,
  kernel_sourceVerb as unknown as Verb,
  kmod_bootVerb as unknown as Verb,
  kmod_buildVerb as unknown as Verb,
  kmod_loadVerb as unknown as Verb,
  known_hostsVerb as unknown as Verb,
  lineinfileVerb as unknown as Verb,
  locale_genVerb as unknown as Verb,
  makeVerb as unknown as Verb,
  metaVerb as unknown as Verb,
  modprobeVerb as unknown as Verb,
  mountVerb as unknown as Verb,
  nat_balancerVerb as unknown as Verb,
  own_moduleVerb as unknown as Verb,
  packageVerb as unknown as Verb,
  package_factsVerb as unknown as Verb,
  pam_limitsVerb as unknown as Verb,
  patchVerb as unknown as Verb,
  pauseVerb as unknown as Verb,
  pingVerb as unknown as Verb,
  pipVerb as unknown as Verb,
  proxy_edgeVerb as unknown as Verb,
  rawVerb as unknown as Verb,
  rebootVerb as unknown as Verb,
  replaceVerb as unknown as Verb,
  rpm_keyVerb as unknown as Verb,
  scriptVerb as unknown as Verb,
  selinuxVerb as unknown as Verb,
  serviceVerb as unknown as Verb,
  service_factsVerb as unknown as Verb,
  set_factVerb as unknown as Verb,
  set_statsVerb as unknown as Verb,
  setupVerb as unknown as Verb,
  shellVerb as unknown as Verb,
  slurpVerb as unknown as Verb,
  statVerb as unknown as Verb,
  sysctlVerb as unknown as Verb,
  systemdVerb as unknown as Verb,
  sysvinitVerb as unknown as Verb,
  tempfileVerb as unknown as Verb,
  templateVerb as unknown as Verb,
  timezoneVerb as unknown as Verb,
  toa_ebpfVerb as unknown as Verb,
  toa_explainVerb as unknown as Verb,
  toa_factsVerb as unknown as Verb,
  toa_senderVerb as unknown as Verb,
  toa_sourceVerb as unknown as Verb,
  toa_vendor_moduleVerb as unknown as Verb,
  toa_verifyVerb as unknown as Verb,
  ufwVerb as unknown as Verb,
  unarchiveVerb as unknown as Verb,
  uriVerb as unknown as Verb,
  userVerb as unknown as Verb,
  validate_argument_specVerb as unknown as Verb,
  wait_forVerb as unknown as Verb,
  wait_for_connectionVerb as unknown as Verb,
  yumVerb as unknown as Verb,
  yum_repositoryVerb as unknown as Verb,
  zypperVerb as unknown as Verb,
];
