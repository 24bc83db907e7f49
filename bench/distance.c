/* SPDX-License-Identifier: MIT */
/*
 * distance INTERFACE MILLISECONDS: servers of this machine, that far away (both ways together).
 *
 * A TUN device whose packets come back after half the time with source and destination
 * exchanged: who connects to 10.77.0.9:443 reaches what listens on this machine's own address
 * of the device, at the same port, and is 10.77.0.9 to it. The kernel's own TCP runs over it, so
 * connects, windows and acknowledgements cost what they cost elsewhere. No packet leaves.
 *
 * For a network namespace of its own, as root there. Ends when standard input does.
 */
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PACKETS 8192
#define PACKET_SIZE 2048
#define SOURCE_AT 12
#define ADDRESS_SIZE 4

struct packet {
	int64_t due;
	ssize_t len;
	unsigned char bytes[PACKET_SIZE];
};

static struct packet queue[PACKETS];
static unsigned int head, tail; /* delays are equal: first in, first out */

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int tun_open(const char *name)
{
	struct ifreq request = { 0 };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	request.ifr_flags = IFF_TUN | IFF_NO_PI;
	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	if (fd >= 0 && ioctl(fd, TUNSETIFF, &request) == 0)
		return fd;
	perror("distance: no TUN device");
	exit(1);
}

static void exchange(unsigned char *packet)
{
	unsigned char *source = packet + SOURCE_AT, saved[ADDRESS_SIZE];

	memcpy(saved, source, ADDRESS_SIZE);
	memcpy(source, source + ADDRESS_SIZE, ADDRESS_SIZE);
	memcpy(source + ADDRESS_SIZE, saved, ADDRESS_SIZE);
}

/* A full queue drops packets, as a full router does. */
static void take(int fd, int64_t delay)
{
	while (head - tail < PACKETS) {
		struct packet *packet = &queue[head % PACKETS];

		packet->len = read(fd, packet->bytes, PACKET_SIZE);
		if (packet->len <= 0)
			return;
		if (packet->len < SOURCE_AT + 2 * ADDRESS_SIZE || packet->bytes[0] >> 4 != 4)
			continue;
		exchange(packet->bytes);
		packet->due = now() + delay;
		head++;
	}
}

static void give(int fd)
{
	for (; tail != head && queue[tail % PACKETS].due <= now(); tail++) {
		struct packet *packet = &queue[tail % PACKETS];

		if (write(fd, packet->bytes, (size_t)packet->len) < 0)
			perror("distance");
	}
}

static void wait_for(int fd, bool *ends)
{
	struct pollfd files[] = { { .fd = fd, .events = POLLIN },
				  { .fd = STDIN_FILENO, .events = POLLIN } };
	int64_t left = tail == head ? 1000000000 : queue[tail % PACKETS].due - now();
	struct timespec time = { .tv_nsec = left < 0 ? 0 : left > 999999999 ? 999999999 : left };

	if (ppoll(files, 2, &time, NULL) > 0)
		*ends = files[1].revents != 0;
}

int main(int argc, char **argv)
{
	struct sched_param first = { .sched_priority = 1 };
	bool ends = false;
	int64_t delay;
	int fd;

	if (argc != 3) {
		fputs("usage: distance INTERFACE MILLISECONDS\n", stderr);
		return 2;
	}
	delay = (int64_t)(atof(argv[2]) * 1e6 / 2);
	fd = tun_open(argv[1]);
	sched_setscheduler(0, SCHED_FIFO, &first); /* where that is allowed */
	puts("ready");
	fflush(stdout);
	while (!ends) {
		wait_for(fd, &ends);
		take(fd, delay);
		give(fd);
	}
	return 0;
}
