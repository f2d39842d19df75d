// SPDX-License-Identifier: GPL-2.0
/* iter/bpf_sk_storage_map: one byte for each socket that keeps a client. bpftool iter pin OBJECT PATH map id N; wc -c <PATH */
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__bpf_sk_storage_map {
	struct bpf_iter_meta *meta;
	__u64 map;
	__u64 sk;
	void *value;
};

SEC("iter/bpf_sk_storage_map")
int storage_count(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	char mark = 'x';

	if (ctx->value)
		bpf_seq_write(ctx->meta->seq, &mark, sizeof(mark));
	return 0;
}

char _license[] SEC("license") = "GPL";
