#include <linux/version.h>
const char *release = UTS_RELEASE;
