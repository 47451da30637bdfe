// SPDX-License-Identifier: GPL-2.0
/*
 * A TCG plugin of QEMU that counts how often each instruction of an x86 kernel
 * is executed. It writes lines "ADDRESS NUMBER" to the file of its argument out=.
 *
 * Not every distribution has qemu-plugin.h: here is what is needed of version 1
 * of that interface. QEMU refuses a plugin of a version that it has no more.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define ADD_U64 0 /* QEMU_PLUGIN_INLINE_ADD_U64 */

/* The text of a kernel without KASLR */
#define FIRST 0xffffffff81000000ULL
#define SIZE (32ULL << 20)

struct tb;
struct insn;

size_t qemu_plugin_tb_n_insns(const struct tb *tb);
struct insn *qemu_plugin_tb_get_insn(const struct tb *tb, size_t i);
uint64_t qemu_plugin_insn_vaddr(const struct insn *insn);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*cb)(uint64_t, struct tb *));
void qemu_plugin_register_vcpu_insn_exec_inline(struct insn *insn, int op, void *to,
						uint64_t val);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*cb)(uint64_t, void *), void *arg);

EXPORT int qemu_plugin_version = 1;

static uint64_t *counts;
static FILE *out;

static void translate(uint64_t id, struct tb *tb)
{
	size_t i;

	(void)id;
	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);

		if (address >= FIRST && address - FIRST < SIZE)
			qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64,
								   &counts[address - FIRST], 1);
	}
}

static void finish(uint64_t id, void *arg)
{
	uint64_t i;

	(void)id;
	(void)arg;
	for (i = 0; i < SIZE; i++)
		if (counts[i])
			fprintf(out, "%" PRIx64 " %" PRIu64 "\n", (uint64_t)(FIRST + i), counts[i]);
	fclose(out);
}

EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return -1;
	out = fopen(argv[0] + 4, "w");
	counts = calloc(SIZE, sizeof(*counts));
	if (!out || !counts)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
