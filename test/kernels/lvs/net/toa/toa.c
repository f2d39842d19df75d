#include "toa.h"

int init_module(void)
{
	return TCPOPT_TOA;
}
