import { verbScript } from './answer.ts';

/** The shell half that kernel_source, kernel_build and kernel_install share. */
export const KERNEL_SH = verbScript('shared', 'kernel.sh');

/** What may be the name of a kernel (`uname -r`), of its files and of its folder of modules. */
export const RELEASE = /^\w[\w.+~-]{0,63}$/;
