// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include "mounts.h"

int mounts_find(mounts_look *look, void *found)
{
	char *line = NULL, root[512], where[1024];
	size_t room = 0;
	int done = 0;
	FILE *file = fopen("/proc/self/mountinfo", "re");

	if (!file)
		return 0;
	while (!done && getline(&line, &room, file) > 0)
		if (sscanf(line, "%*s %*s %*s %511s %1023s", root, where) == 2)
			done = look(line, root, where, found);
	free(line);
	fclose(file);
	return done;
}
