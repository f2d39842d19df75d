// SPDX-License-Identifier: GPL-2.0
#include <unistd.h>
#include "json.h"
#include "write.h"

int write_beside(const char *path, void (*print)(FILE *out, const void *context), const void *context)
{
	char beside[4096];
	FILE *out;

	if ((size_t)snprintf(beside, sizeof(beside), "%s.%d", path, (int)getpid()) >= sizeof(beside))
		return toa_fail("write_failed", "Give a shorter path", "the path is too long");
	out = fopen(beside, "we");
	if (!out)
		return toa_fail_errno("write_failed", "Make the folder, or give another", "cannot write %s", beside);
	print(out, context);
	if (ferror(out) | fclose(out) || rename(beside, path)) {
		toa_fail_errno("write_failed", "Free some space, or give another folder", "cannot write %s", path);
		unlink(beside);
		return -1;
	}
	return 0;
}
