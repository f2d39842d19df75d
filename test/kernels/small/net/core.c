int net_start(void)
{
	return 0;
}
