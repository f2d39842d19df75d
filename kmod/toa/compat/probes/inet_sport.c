// SPDX-License-Identifier: GPL-2.0
/* TOA_HAVE_INET_SPORT: members of inet_sock begin with inet_ (2.6.33). */
#include <net/inet_sock.h>

__be16 toa_probe(const struct sock *sk);
__be16 toa_probe(const struct sock *sk)
{
	return inet_sk(sk)->inet_sport;
}
