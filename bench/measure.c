/* SPDX-License-Identifier: MIT */
/*
 * measure REPORT COMMAND [ARGUMENT...]: runs a command and writes to REPORT what the kernel
 * counted for it: wall time, processor time (user and system, both in microseconds) and the
 * peak of its resident memory (KiB). Ends with the command's status.
 *
 * A small program of its own, because what a child inherits from an interpreter before its
 * exec would be counted as its memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000000LL +
	       (now.tv_nsec - start->tv_nsec) / 1000;
}

static long long microseconds(struct timeval time)
{
	return time.tv_sec * 1000000LL + time.tv_usec;
}

static int write_report(const char *path, long long wall, const struct rusage *usage)
{
	FILE *report = fopen(path, "w");

	if (!report)
		return -1;
	fprintf(report, "%lld %lld %ld\n", wall,
		microseconds(usage->ru_utime) + microseconds(usage->ru_stime),
		usage->ru_maxrss);
	return fclose(report);
}

int main(int argc, char **argv)
{
	struct timespec start;
	struct rusage usage;
	long long wall;
	int status;
	pid_t child;

	if (argc < 3)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &start);
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		return 125;
	wall = since(&start);
	if (write_report(argv[1], wall, &usage))
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
