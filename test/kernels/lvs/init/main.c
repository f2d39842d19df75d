const char *release = RELEASE;

int start_kernel(void)
{
	return 0;
}
