/* SPDX-License-Identifier: GPL-2.0 */
/* JSON on stdout, piece by piece; and the one error a command ends with. */
#ifndef TOA_JSON_H
#define TOA_JSON_H

/* Prints s as a JSON string, control characters escaped. */
void json_string(const char *s);

/* Prints "key": before a value; with a comma first unless *first. */
void json_key(int *first, const char *key);
void json_field(int *first, const char *key, const char *value);
void json_number(int *first, const char *key, long long value);
void json_bool(int *first, const char *key, int value);

struct toa_error {
	const char *code;
	char message[1536];
	const char *remedy;
	int number;		/* errno, 0 when no system call failed */
};

extern struct toa_error toa_error;

/* Fills toa_error and returns -1. */
int toa_fail(const char *code, const char *remedy, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a system call that failed: errno, which it keeps, and its text stand behind the message. */
int toa_fail_errno(const char *code, const char *remedy, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Prints toa_error as {"ok":false,...} and a newline. */
void toa_print_error(void);

#endif
