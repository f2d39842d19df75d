import { rpmVerb } from '../shared/rpm-verb.ts';

export const verb = rpmVerb('dnf');
