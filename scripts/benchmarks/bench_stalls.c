// SPDX-License-Identifier: GPL-2.0
/*
 * For how long others have to wait while something is done to very many
 *
 * One processor does it. On another one a task that ought to run each
 * millisecond, whatever else there is to do, tells how late it was, and a process
 * of the root container forks, and waits for its child to exit, all the time. A
 * sample is the longest of each kind in one phase, from the request until all of
 * it has been done. What is done to few takes less time, and so would have less
 * bad luck: these phases last as long as those with many.
 *
 * The rows are stall_late_BY_WHAT_ON_of_NUMBER and stall_fork_BY_WHAT_ON_of_NUMBER.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

#include "bench.h"
#include "events.h"

#define FEW 100
#define MAX_ROUNDS 5
#define MEMBER_STACK 16384
#define TICK 1000000LL
/* What is left to be done later is done in this time. */
#define REST (20 * TICK)

enum { WORKING_CPU, WAITING_CPU };

/* What there are many of */
enum { ON_THREADS, ON_PROCESSES, ON_CONTAINERS, NR_ON };

static const char * const on_names[] = { "threads", "processes", "empty" };

enum { STAT, FREEZE, SIGNAL, KILL, RMDIR, EXIT, ALL, IDLE, NR_WHAT };

static const char * const what_names[] = {
	"stat", "freeze", "signal", "kill", "rmdir", "exit", "all", "idle",
};

enum { LATE, FORK, NR_VICTIMS };

static const char * const victim_names[] = { "late", "fork" };

static const struct kind {
	const char *name, *path;
	const char *stat, *kill, *freeze, *events;
} container = {
	"container", CHILDREN "/stall", "container.stat", "container.kill",
	"container.freeze", "container.events",
}, cgroup = {
	"cgroup", CGROUP "/stall", "cgroup.procs", "cgroup.kill",
	"cgroup.freeze", "cgroup.events",
}, *kind;

/* What all processes here share */
static struct shared {
	/* Odd while it is measured */
	int phase;
	int ready;
	struct victim {
		/* The phase that it is in: it is done with those before. */
		int seen;
		long long max;
	} victim[NR_VICTIMS];
} *shared;

static __u64 id;
static int on, many;
static pid_t *pids;
static int nr_pids;
static char *stacks;

static int rounds;
static struct {
	long long max[NR_VICTIMS][MAX_ROUNDS];
	int nr;
} samples_of[NR_WHAT];
/* How long it took to do it to many */
static long long duration[NR_WHAT];

static const char *file(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", kind->path, name);
	return path;
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	check(!sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

/* What waits */

static int phase(void)
{
	return __atomic_load_n(&shared->phase, __ATOMIC_SEQ_CST);
}

static long long tick(void)
{
	static long long next;
	struct timespec t;

	next += TICK;
	if (next <= now())
		next = now() + TICK;
	t.tv_sec = next / 1000000000;
	t.tv_nsec = next % 1000000000;
	check(!clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL),
	      "clock_nanosleep");
	return now() - next;
}

static void wait_for_ever(struct victim *v, long long (*once)(void))
{
	for (;;) {
		int nr = phase();
		long long ns;

		__atomic_store_n(&v->seen, nr, __ATOMIC_SEQ_CST);
		if (!(nr & 1)) {
			usleep(1000);
			continue;
		}
		ns = once();
		if (ns > v->max)
			v->max = ns;
	}
}

static void become_late(void)
{
	struct sched_param param = { .sched_priority = 50 };

	run_on(WAITING_CPU);
	check(!sched_setscheduler(0, SCHED_FIFO, &param), "sched_setscheduler");
	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	wait_for_ever(&shared->victim[LATE], tick);
}

static void become_fork(void)
{
	run_on(WAITING_CPU);
	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	wait_for_ever(&shared->victim[FORK], fork_exit);
}

/* From here on both know of it, and have stored what was before. */
static void set_phase(int nr)
{
	int i;

	__atomic_store_n(&shared->phase, nr, __ATOMIC_SEQ_CST);
	for (i = 0; i < NR_VICTIMS; i++)
		while (__atomic_load_n(&shared->victim[i].seen,
				       __ATOMIC_SEQ_CST) != nr)
			usleep(1000);
}

/* Very many */

static void wait_ready(int nr)
{
	while (__atomic_load_n(&shared->ready, __ATOMIC_SEQ_CST) < nr)
		usleep(1000);
	/* All of them sleep before anything is measured. */
	usleep(100000);
}

static int sleep_for_ever(void *unused)
{
	(void)unused;
	__atomic_add_fetch(&shared->ready, 1, __ATOMIC_SEQ_CST);
	while (pause())
		;
	return 0;
}

static void enter(void)
{
	if (kind == &container)
		bind_to(id, 0);
}

static int be_member(void *unused)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	enter();
	return sleep_for_ever(unused);
}

static void start_one(int i, int (*fn)(void *), int flags)
{
	pid_t pid = clone(fn, stacks + (i + 1) * MEMBER_STACK, flags, NULL);

	check(pid > 0, "clone");
	if (flags & SIGCHLD)
		pids[nr_pids++] = pid;
}

static void map_stacks(void)
{
	stacks = mmap(NULL, (size_t)many * MEMBER_STACK, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	check(stacks != MAP_FAILED, "mmap");
}

/* What they have in common is their memory, which is cheaper. */
static void start_processes(void)
{
	int i;

	map_stacks();
	for (i = 0; i < many; i++) {
		start_one(i, be_member, CLONE_VM | SIGCHLD);
		/* The first one is to be init. */
		while (!i && !__atomic_load_n(&shared->ready, __ATOMIC_SEQ_CST))
			usleep(1000);
	}
	wait_ready(many);
}

/* Its process stays what it is. */
static int unshare_and_sleep(void *unused)
{
	check(!unshare(CLONE_NEWUTS), "unshare");
	return sleep_for_ever(unused);
}

static void start_threads(int nr)
{
	pid_t pid = fork();
	int i;

	check(pid >= 0, "fork");
	if (pid) {
		pids[nr_pids++] = pid;
		wait_ready(nr);
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	enter();
	map_stacks();
	for (i = 1; i < nr; i++)
		start_one(i, i % 2 ? unshare_and_sleep : sleep_for_ever,
			  CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			  CLONE_THREAD | CLONE_SYSVSEM);
	_exit(sleep_for_ever(NULL));
}

static void make_empty(void)
{
	int dir = open(kind->path, O_RDONLY | O_DIRECTORY);
	char name[32];
	int i;

	check(dir >= 0, kind->path);
	for (i = 0; i < many; i++) {
		snprintf(name, sizeof(name), "empty%d", i);
		check(!mkdirat(dir, name, 0755), "mkdir");
	}
	close(dir);
}

static void remove_empty(void)
{
	int i, dir = open(kind->path, O_RDONLY | O_DIRECTORY);
	char name[32];

	check(dir >= 0, kind->path);
	for (i = 0; i < many; i++) {
		snprintf(name, sizeof(name), "empty%d", i);
		check(!unlinkat(dir, name, AT_REMOVEDIR), "rmdir");
	}
	close(dir);
}

static void begin_group(void)
{
	check(!mkdir(kind->path, 0755), "mkdir");
	if (kind == &container)
		id = id_of(file("container.id"));
	else
		write_text(file("cgroup.procs"), "0");

	nr_pids = 0;
	shared->ready = 0;
	if (on == ON_PROCESSES)
		start_processes();
	else
		start_threads(on == ON_THREADS ? many : 1);

	if (kind == &cgroup)
		write_text(CGROUP "/cgroup.procs", "0");
	if (on == ON_CONTAINERS)
		make_empty();
}

static void end_group(void)
{
	if (on == ON_PROCESSES)
		munmap(stacks, (size_t)many * MEMBER_STACK);
}

/* What is done to them */

static int events;

static void read_all(const char *name)
{
	int fd = open(file(name), O_RDONLY);
	char text[4096];
	ssize_t n;

	check(fd >= 0, name);
	while ((n = read(fd, text, sizeof(text))) > 0)
		;
	check(!n, name);
	close(fd);
}

static void finish(void)
{
	while (nr_pids)
		reap(pids[--nr_pids]);
	if (kind == &container)
		check(!wait_end(events), "end");
}

static void act(int what)
{
	char sig[16];

	switch (what) {
	case STAT:
		read_all(kind->stat);
		break;
	case FREEZE:
		write_text(file(kind->freeze), "1");
		wait_line(events, "frozen 1");
		write_text(file(kind->freeze), "0");
		wait_line(events, "frozen 0");
		break;
	case SIGNAL:
		/* No process is woken up by it. */
		snprintf(sig, sizeof(sig), "%d", SIGURG);
		write_text(file("container.signal"), sig);
		break;
	case KILL:
		write_text(file(kind->kill), "1");
		finish();
		break;
	case RMDIR:
		if (kind == &cgroup)
			remove_empty();
		check(!rmdir(kind->path), "rmdir");
		finish();
		break;
	case EXIT:
		check(!kill(pids[0], SIGKILL), "kill");
		finish();
		break;
	case ALL:
		check(!kill(-1, 0), "kill");
		break;
	}
}

static void rest(long long until)
{
	struct timespec t = {
		.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000,
	};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void measure(int what)
{
	int v, nr = phase(), i = samples_of[what].nr++;
	long long began, ended;

	for (v = 0; v < NR_VICTIMS; v++)
		shared->victim[v].max = 0;
	set_phase(nr + 1);
	began = now();
	act(what);
	ended = now();
	if (many != FEW && ended - began > duration[what])
		duration[what] = ended - began;
	rest(began + duration[what] + REST);
	set_phase(nr + 2);
	for (v = 0; v < NR_VICTIMS; v++)
		samples_of[what].max[v][i] = shared->victim[v].max;
}

/* One group that ends by @how; what does not end it is done on the way to kill. */
static void measure_group(int how)
{
	begin_group();
	events = open(file(kind->events), O_RDONLY);
	check(events >= 0, kind->events);
	if (how == KILL) {
		measure(STAT);
		measure(FREEZE);
		/* All are thawed by now, and sleep again. */
		usleep(100000);
		if (kind == &container)
			measure(SIGNAL);
		if (kind == &container && on == ON_PROCESSES)
			measure(ALL);
	}
	measure(how);
	if (kind == &cgroup) {
		wait_line(events, "populated 0");
		if (on == ON_CONTAINERS)
			measure(RMDIR);
		else
			check(!rmdir(kind->path), "rmdir");
	}
	close(events);
	end_group();
	settle();
	if (kind == &container && how == KILL) {
		duration[IDLE] = duration[KILL];
		measure(IDLE);
	}
}

static void report_all(void)
{
	char row[64];
	int what, v;

	for (what = 0; what < NR_WHAT; what++) {
		for (v = 0; samples_of[what].nr && v < NR_VICTIMS; v++) {
			snprintf(row, sizeof(row), "stall_%s_%s_%s_%s_of_%d",
				 victim_names[v], kind->name, what_names[what],
				 on_names[on], many);
			report(row, samples_of[what].max[v], samples_of[what].nr);
		}
		samples_of[what].nr = 0;
	}
}

static void measure_all(int nr)
{
	int i;

	many = nr;
	pids = calloc(many, sizeof(*pids));
	check(pids, "calloc");
	for (i = 0; i < rounds; i++) {
		measure_group(KILL);
		if (kind == &container) {
			measure_group(RMDIR);
			measure_group(EXIT);
		}
	}
	report_all();
	free(pids);
}

void bench_stalls(void)
{
	static const struct kind * const kinds[] = { &container, &cgroup };
	pid_t victims[NR_VICTIMS];
	unsigned int i;

	prepare_containers();
	write_text("/proc/sys/kernel/pid_max", "200000");
	write_text("/proc/sys/kernel/threads-max", "200000");
	rounds = samples < 1000 ? 3 : MAX_ROUNDS;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(shared != MAP_FAILED, "mmap");
	victims[LATE] = sleeper(become_late);
	victims[FORK] = sleeper(become_fork);
	run_on(WORKING_CPU);

	for (on = 0; on < NR_ON; on++) {
		for (i = 0; i < ARRAY_SIZE(kinds); i++) {
			kind = kinds[i];
			memset(duration, 0, sizeof(duration));
			measure_all(on == ON_CONTAINERS ? crowd + crowd / 4 : crowd);
			measure_all(FEW);
		}
	}
	for (i = 0; i < NR_VICTIMS; i++) {
		kill(victims[i], SIGKILL);
		reap(victims[i]);
	}
}
