/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What containers cost
 *
 * A row is one thing that is done many times, each time measured on its own.
 * What it costs is printed as a line
 *
 *	@ ROW SAMPLES P10 P50 P90
 *
 * in nanoseconds, or instructions in a guest that counts these.
 */
#ifndef __SELFTESTS_CONTAINER_BENCH_H__
#define __SELFTESTS_CONTAINER_BENCH_H__

#include "bind.h"
#include "containerfs.h"
#include "file.h"

#define CGROUP "/sys/fs/cgroup"

/* How much work there is to do, see bench.c */
extern int samples, members, bystanders, large, crowd;

void check(bool ok, const char *what);
long long now(void);

/* Prints the line of a row; sorts @ns. */
void report(const char *row, long long *ns, int nr);
/* Has @once called @nr times, and a few times before that; prints the line. */
void repeat(const char *row, int nr, long long (*once)(void));
/*
 * The same for what makes an mm. The percpu allocator searches for room for its
 * counters, and for how long depends on all that was allocated before: so this is
 * the mean of LAYOUTS, each with a file system mounted more than the last.
 */
#define LAYOUTS 16
void repeat_in_layouts(const char *row, int nr, long long (*once)(void));
/* Prints the line of a row of one value. */
void report_one(const char *row, long long value);

/* Have containerfs at CHILDREN, and no limit to the number of containers. */
void prepare_containers(void);

/* Until what is left to be freed later, by RCU and by work queues, has been */
void settle(void);

/* What a function finds out in a new child */
long long in_child(long long (*fn)(void));
/* A child that sleeps until it is killed; it has done @fn before this returns. */
pid_t sleeper(void (*fn)(void));
void reap(pid_t pid);

void write_text(const char *path, const char *text);
/* What is in a small file, from its beginning */
char *reread(int fd);
/* Wait until there is a line in a file like events. */
void wait_line(int fd, const char *line);
/* The id that a file says */
__u64 id_of(const char *file);
void bind_to(__u64 id, __u64 ns_mask);

/* One of each, wherever it is measured */
long long fork_exit(void);
long long new_uts(void);
long long read_containers(void);

/* What a kernel without containers does too: to be compared with that */
void bench_tasks(void);
void bench_namespaces(void);
/* One and the same thing by containers and by what people use today */
void bench_bind(void);
void bench_groups(void);
void bench_table(void);
/* Large numbers of containers */
void bench_scale(void);
/* For how long others wait */
void bench_stalls(void);
/* Many processors at once */
void bench_contention(int workers);

#endif
