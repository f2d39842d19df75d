// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "json.h"
#include "write.h"

/* The folder may be another user's (node_exporter's), and the name can be guessed: a file of our own, never a link of theirs. */
static FILE *open_own(const char *path)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return NULL;
	fchmod(fd, 0644);	/* whatever the umask: somebody else reads it */
	return fdopen(fd, "w");
}

int write_beside(const char *path, void (*print)(FILE *out, const void *context), const void *context)
{
	char beside[4096];
	FILE *out;

	if ((size_t)snprintf(beside, sizeof(beside), "%s.%d", path, (int)getpid()) >= sizeof(beside))
		return toa_fail("write_failed", "Give a shorter path", "the path is too long");
	out = open_own(beside);
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
