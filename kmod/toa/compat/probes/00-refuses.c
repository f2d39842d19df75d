// SPDX-License-Identifier: GPL-2.0
/* Must not compile: proves that an error is an error to this compiler. */
#include <net/sock.h>

int toa_probe(struct sock *sk);
int toa_probe(struct sock *sk)
{
	return sk->toa_no_such_member;
}
