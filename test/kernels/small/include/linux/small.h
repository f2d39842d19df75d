#define SMALL_BANNER "small"
#define SMALL_NUMBER  200	/* or 254 */
