/* SPDX-License-Identifier: MIT */
/*
 * For LD_PRELOAD: runs main() once for each line "N LAST" that comes from the descriptor
 * FAIL_ALLOCATIONS_FD, in a child process of its own whose allocations N to LAST fail,
 * counted from the beginning of main(). Standard output and standard error of that run are
 * the new files "out" and "err" of the working directory. Answers each line with "STATUS
 * COUNT": what waitpid() said, and how many allocations the run asked for.
 *
 * With FAIL_ALLOCATIONS_WARM, OpenSSL is started before the first run, once for all: it asks
 * for some 4,800 blocks, ten times as many as all the rest of a run.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define RUN_SECONDS 60

typedef int (*main_fn)(int, char **, char **);

int __libc_start_main(main_fn, int, char **, void (*)(void), void (*)(void), void (*)(void),
		      void *);
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static main_fn program_main;
static long first, last;
static atomic_long *count; /* shared with the parent; NULL: nothing fails */

static int fails(void)
{
	long n;

	if (!count)
		return 0;
	n = atomic_fetch_add(count, 1) + 1;
	if (n < first || n > last)
		return 0;
	errno = ENOMEM;
	return 1;
}

EXPORT void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

EXPORT void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

EXPORT void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

EXPORT void *memalign(size_t alignment, size_t size)
{
	return fails() ? NULL : __libc_memalign(alignment, size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

EXPORT int posix_memalign(void **block, size_t alignment, size_t size)
{
	*block = memalign(alignment, size);
	return *block ? 0 : ENOMEM;
}

static void redirect(int fd, const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (file < 0 || dup2(file, fd) < 0)
		abort();
	close(file);
}

static int run(atomic_long *shared, int argc, char **argv, char **envp)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		redirect(STDOUT_FILENO, "out");
		redirect(STDERR_FILENO, "err");
		alarm(RUN_SECONDS);
		atomic_store(shared, 0);
		count = shared;
		exit(program_main(argc, argv, envp));
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		abort();
	return status;
}

/* As the first digest of a program does it. */
static void start_openssl(void)
{
	int (*digest)(void *, const char *, const char *, const void *, size_t, unsigned char *,
		      size_t *);
	unsigned char out[64];

	*(void **)&digest = dlsym(RTLD_DEFAULT, "EVP_Q_digest");
	if (!digest || digest(NULL, "SHA256", NULL, "", 0, out, NULL) != 1)
		abort();
}

static int serve(int argc, char **argv, char **envp)
{
	const char *number = getenv("FAIL_ALLOCATIONS_FD");
	int fd = number ? (int)strtol(number, NULL, 10) : -1;
	atomic_long *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char line[64];
	ssize_t n;

	if (fd < 0)
		return program_main(argc, argv, envp);
	if (shared == MAP_FAILED || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		abort();
	if (getenv("FAIL_ALLOCATIONS_WARM"))
		start_openssl();
	while ((n = read(fd, line, sizeof(line) - 1)) > 0) {
		int status;

		line[n] = '\0';
		if (sscanf(line, "%ld %ld", &first, &last) != 2)
			abort();
		status = run(shared, argc, argv, envp);
		n = snprintf(line, sizeof(line), "%d %ld\n", status, atomic_load(shared));
		if (write(fd, line, (size_t)n) != n)
			abort();
	}
	return 0;
}

EXPORT int __libc_start_main(main_fn main, int argc, char **argv, void (*init)(void),
			     void (*fini)(void), void (*rtld_fini)(void), void *stack_end);

int __libc_start_main(main_fn main, int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
	int (*next)(main_fn, int, char **, void (*)(void), void (*)(void), void (*)(void),
		    void *);

	*(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
	program_main = main;
	return next(serve, argc, argv, init, fini, rtld_fini, stack_end);
}
