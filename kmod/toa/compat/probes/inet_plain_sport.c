// SPDX-License-Identifier: GPL-2.0
/* TOA_HAVE_INET_PLAIN_SPORT: members of inet_sock have no prefix. */
#include <net/inet_sock.h>

__be16 toa_probe(const struct sock *sk);
__be16 toa_probe(const struct sock *sk)
{
	return inet_sk(sk)->sport;
}
