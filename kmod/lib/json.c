// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "json.h"

struct toa_error toa_error;

void json_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		unsigned char c = *s;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c == '\n')
			printf("\\n");
		else if (c < 0x20 || c > 0x7e)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

void json_key(int *first, const char *key)
{
	if (!*first)
		putchar(',');
	*first = 0;
	printf("\"%s\":", key);
}

void json_field(int *first, const char *key, const char *value)
{
	json_key(first, key);
	json_string(value);
}

void json_number(int *first, const char *key, long long value)
{
	json_key(first, key);
	printf("%lld", value);
}

void json_bool(int *first, const char *key, int value)
{
	json_key(first, key);
	printf(value ? "true" : "false");
}

__attribute__((format(printf, 4, 0)))
static int fail(int number, const char *code, const char *remedy, const char *format, va_list args)
{
	size_t used;

	toa_error.number = number;
	toa_error.code = code;
	toa_error.remedy = remedy;
	vsnprintf(toa_error.message, sizeof(toa_error.message), format, args);
	if (number) {
		used = strlen(toa_error.message);
		snprintf(toa_error.message + used, sizeof(toa_error.message) - used, ": %s", strerror(number));
	}
	return -1;
}

int toa_fail(const char *code, const char *remedy, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(0, code, remedy, format, args);
	va_end(args);
	return -1;
}

int toa_fail_errno(const char *code, const char *remedy, const char *format, ...)
{
	int number = errno;
	va_list args;

	va_start(args, format);
	fail(number, code, remedy, format, args);
	va_end(args);
	return -1;
}

void toa_print_error(void)
{
	int first = 1;

	putchar('{');
	json_bool(&first, "ok", 0);
	json_field(&first, "error", toa_error.code);
	json_field(&first, "message", toa_error.message);
	json_field(&first, "remedy", toa_error.remedy);
	json_number(&first, "errno", toa_error.number);
	printf("}\n");
}
