/* SPDX-License-Identifier: MIT */
/*
 * The least that reading images of a registry can take, to measure against: sockets and OpenSSL,
 * no library of HTTP, no verification of digests, no parser of JSON, addresses given beforehand.
 *
 *   limit-registry [OPTION]... HOST REPOSITORY...
 *
 * reads manifest and config of the tag 1 of each REPOSITORY, one after the other, over one
 * connection to each host. HOST and the hosts of options are NAME@ADDRESS:PORT.
 *
 *   -C FILE   speak TLS, and trust this authority (without: plain http)
 *   -l TEXT   send this Authorization with each request
 *   -t HOST   take a 401 once, and fetch a token for each repository from this server
 *   -b HOST   follow the redirect of a blob to this host
 *   -e        connect to all hosts at once, and fetch the token without a 401
 *   -j N      N processes, each with connections and a share of the repositories of its own
 *
 * Without arguments it does nothing: what starting it takes.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_SIZE 65536
#define TEXT_SIZE 4096
#define ACCEPT \
	"Accept: application/vnd.oci.image.manifest.v1+json, " \
	"application/vnd.oci.image.index.v1+json\r\n"
#define ARCHITECTURE "\"architecture\":\"amd64\""

struct host {
	char name[256];
	struct sockaddr_in address;
	int fd;
	SSL *ssl;
	pthread_t opener;
	bool opening;
};

struct plan {
	SSL_CTX *tls;
	struct host registry, tokens, blobs;
	bool has_tokens, has_blobs, early, challenged;
	const char *login;
	int processes;
};

struct answer {
	int status;
	size_t len;
	char *body;
	char text[ANSWER_SIZE];
};

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "limit-registry: %s\n", what);
	_exit(1);
}

static void host_parse(struct host *host, const char *text)
{
	const char *at = strchr(text, '@'), *port = strrchr(text, ':');
	char address[INET_ADDRSTRLEN];

	if (!at || !port || port < at || (size_t)(at - text) >= sizeof(host->name))
		give_up("a host is NAME@ADDRESS:PORT");
	snprintf(host->name, sizeof(host->name), "%.*s", (int)(at - text), text);
	snprintf(address, sizeof(address), "%.*s", (int)(port - at - 1), at + 1);
	host->address.sin_family = AF_INET;
	host->address.sin_port = htons((in_port_t)atoi(port + 1));
	if (inet_pton(AF_INET, address, &host->address.sin_addr) != 1)
		give_up("an address of IPv4 is needed");
	host->fd = -1;
}

static void host_open(struct host *host, SSL_CTX *tls)
{
	int on = 1;

	host->fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(host->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(host->fd, (struct sockaddr *)&host->address, sizeof(host->address)) < 0)
		give_up("cannot connect");
	if (!tls)
		return;
	host->ssl = SSL_new(tls);
	SSL_set_fd(host->ssl, host->fd);
	SSL_set_tlsext_host_name(host->ssl, host->name);
	SSL_set1_host(host->ssl, host->name);
	if (SSL_connect(host->ssl) != 1)
		give_up("no TLS");
}

static SSL_CTX *opener_tls;

static void *opener_run(void *host)
{
	host_open(host, opener_tls);
	return NULL;
}

static void host_open_early(struct host *host, SSL_CTX *tls)
{
	opener_tls = tls;
	host->opening = pthread_create(&host->opener, NULL, opener_run, host) == 0;
}

static void host_ready(struct host *host, SSL_CTX *tls)
{
	if (host->opening)
		pthread_join(host->opener, NULL);
	else if (host->fd < 0)
		host_open(host, tls);
	host->opening = false;
}

static long host_read(struct host *host, char *to, size_t size)
{
	return host->ssl ? SSL_read(host->ssl, to, (int)size) : read(host->fd, to, size);
}

static void host_write(struct host *host, const char *text, size_t len)
{
	long written = host->ssl ? SSL_write(host->ssl, text, (int)len) :
				   write(host->fd, text, len);

	if (written != (long)len)
		give_up("cannot send");
}

/* Reads until the body is there. */
static void answer_read(struct answer *answer, struct host *host)
{
	const char *length;
	size_t have = 0, want = sizeof(answer->text) - 1;
	long got;

	answer->body = NULL;
	while (have < want &&
	       (got = host_read(host, answer->text + have, want - have)) > 0) {
		have += (size_t)got;
		answer->text[have] = '\0';
		if (answer->body || !(answer->body = strstr(answer->text, "\r\n\r\n")))
			continue;
		answer->body += 4;
		length = strstr(answer->text, "Content-Length: ");
		want = (size_t)(answer->body - answer->text) +
		       (length ? strtoul(length + 16, NULL, 10) : 0);
	}
	if (!answer->body || have < want || sscanf(answer->text, "HTTP/1.1 %d", &answer->status) != 1)
		give_up("no answer");
	answer->len = want - (size_t)(answer->body - answer->text);
}

static void get(struct plan *plan, struct host *host, const char *path, const char *login,
		struct answer *answer)
{
	char request[TEXT_SIZE];
	int len = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: %s\r\n%s%s%s%s\r\n",
			   path, host->name, ACCEPT, login ? "Authorization: " : "",
			   login ? login : "", login ? "\r\n" : "");

	host_ready(host, plan->tls);
	host_write(host, request, (size_t)len);
	answer_read(answer, host);
}

/* The first digest that comes after `from`, into a path of the repository. */
static void path_of_digest(char *path, const char *from, const char *repository, const char *kind)
{
	const char *digest = from ? strstr(from, "\"sha256:") : NULL;

	if (!digest)
		give_up("no digest");
	snprintf(path, TEXT_SIZE, "/v2/%s/%s/%.71s", repository, kind, digest + 1);
}

/* The beginning of the descriptor that names the architecture. */
static const char *descriptor(char *index)
{
	char *found = strstr(index, ARCHITECTURE);

	if (!found)
		give_up("no such platform");
	*found = '\0';
	found = strrchr(index, '{'); /* of "platform" */
	*found = '\0';
	return strrchr(index, '{');
}

static void fetch_token(struct plan *plan, const char *repository, char *login)
{
	static struct answer answer;
	char path[TEXT_SIZE];
	const char *token;

	snprintf(path, sizeof(path), "/token?service=registry&scope=repository:%s:pull",
		 repository);
	get(plan, &plan->tokens, path, NULL, &answer);
	token = strstr(answer.body, "\"token\": \"");
	if (!token)
		give_up("no token");
	snprintf(login, TEXT_SIZE, "Bearer %.*s", (int)strcspn(token + 10, "\""), token + 10);
}

static void read_image(struct plan *plan, const char *repository)
{
	static struct answer answer;
	char path[TEXT_SIZE], manifest[TEXT_SIZE], token[TEXT_SIZE];
	const char *login = plan->login;

	snprintf(manifest, sizeof(manifest), "/v2/%s/manifests/1", repository);
	if (!plan->has_tokens || !(plan->early || plan->challenged))
		get(plan, &plan->registry, manifest, login, &answer);
	if (plan->has_tokens) {
		plan->challenged = true;
		fetch_token(plan, repository, token);
		login = token;
		get(plan, &plan->registry, manifest, login, &answer);
	}
	if (strstr(answer.body, "\"manifests\"")) {
		path_of_digest(path, descriptor(answer.body), repository, "manifests");
		get(plan, &plan->registry, path, login, &answer);
	}
	path_of_digest(path, strstr(answer.body, "\"config\""), repository, "blobs");
	get(plan, &plan->registry, path, login, &answer);
	if (plan->has_blobs && answer.status == 307)
		get(plan, &plan->blobs, path, NULL, &answer);
	if (answer.status != 200 || !strstr(answer.body, "\"created\""))
		give_up("no config");
}

static void read_images(struct plan *plan, char **repositories, int count, int first)
{
	if (plan->early) {
		host_open_early(&plan->registry, plan->tls);
		if (plan->has_tokens)
			host_open_early(&plan->tokens, plan->tls);
		if (plan->has_blobs)
			host_open_early(&plan->blobs, plan->tls);
	}
	for (int i = first; i < count; i += plan->processes)
		read_image(plan, repositories[i]);
}

static int read_in_processes(struct plan *plan, char **repositories, int count)
{
	int failed = 0, status;

	for (int i = 0; i < plan->processes; i++)
		if (fork() == 0) {
			read_images(plan, repositories, count, i);
			_exit(0);
		}
	while (wait(&status) > 0)
		failed |= status;
	return failed != 0;
}

static SSL_CTX *tls_open(const char *authority)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());

	if (!tls || SSL_CTX_load_verify_file(tls, authority) != 1)
		give_up("no authority");
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
	return tls;
}

static void plan_parse(struct plan *plan, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "C:l:t:b:ej:")) != -1)
		switch (option) {
		case 'C':
			plan->tls = tls_open(optarg);
			break;
		case 'l':
			plan->login = optarg;
			break;
		case 't':
			host_parse(&plan->tokens, optarg);
			plan->has_tokens = true;
			break;
		case 'b':
			host_parse(&plan->blobs, optarg);
			plan->has_blobs = true;
			break;
		case 'e':
			plan->early = true;
			break;
		case 'j':
			plan->processes = atoi(optarg);
			break;
		default:
			give_up("see the head of limit-registry.c");
		}
}

int main(int argc, char **argv)
{
	struct plan plan = { .processes = 1 };

	if (argc == 1)
		return 0;
	plan_parse(&plan, argc, argv);
	if (argc - optind < 2)
		give_up("a host and a repository are needed");
	host_parse(&plan.registry, argv[optind++]);
	if (plan.processes > 1)
		return read_in_processes(&plan, argv + optind, argc - optind);
	read_images(&plan, argv + optind, argc - optind, 0);
	_exit(0);
}
