import { rpmVerb } from '../shared/packages/rpm-verb.ts';

export const verb = rpmVerb('yum');
