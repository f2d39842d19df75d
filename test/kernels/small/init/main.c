#include <linux/small.h>

const char *banner = SMALL_BANNER " " RELEASE;

int start(void)
{
	return SMALL_NUMBER;
}
