import { verbScript } from './answer.ts';

/** The shell half that kernel_source, kernel_build and kernel_install share. */
export const KERNEL_SH = verbScript('shared', 'kernel.sh');

/** What may be the name of a kernel (`uname -r`), of its files and of its folder of modules. */
export const RELEASE = /^\w[\w.+~-]{0,63}$/;

/** A word for make that sets a variable, and nothing that a shell of a Makefile would read otherwise. */
export const MAKE_WORD = /^[A-Za-z_]\w*=[^\n\r`$;&|<>]*$/;

/** A path that does not depend on where a shell stands: absolute, or in a home. */
export const isWholePath = (path: string): boolean => /^[/~]/.test(path) && !/[\n\r]/.test(path);
