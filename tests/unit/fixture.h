/* SPDX-License-Identifier: MIT */
/*
 * One submission with all that it needs: the request of the service's own page, so that
 * testdata/signature/ applies to it, over a scripted transport.
 */
#ifndef UNIT_FIXTURE_H
#define UNIT_FIXTURE_H

#include "cloud/scan/submit.h"
#include "tests/unit/transport.h"

#define KEY_ID "YourAccessKeyId"
#define KEY_SECRET "YourAccessKeySecret"
#define SECURITY_TOKEN "CAIS+token/with==chars"
#define TOKEN "c3de8326-273e-11fc-a0e3-d012435c0000"
#define NONCE "3156853299f313e23d1673dc12e1703d"
#define NOW_MS 1717408800000 /* 2024-06-03T10:00:00Z */

#define URL "https://tds.cn-shanghai.aliyuncs.com/?JenkinsEnv=release&SourceIp=119.136.0.1"
#define FORM_BEFORE_TOKEN \
	"Digest=a8c9f3765684cd8d9053db9523eab58878e99a199217500efd9ae2a860a7e01e" \
	"&ImageCreate=1717430400000" \
	"&ImageId=b10ef7b245c34a0822055c74fc4a0e8b5baf0279306316b2c517a501ed250b1e" \
	"&ImageSize=6120340&ImageUpdate=1717430498600&Namespace=lkl-zf-ss-ccss&RepoName=sdk" \
	"&Tag=00f597223f-20210831-1&Token="

#define ACCEPTED \
	"{\"Data\":{\"TaskId\":\"fc98d58eb56f699d49bf7ebbd6d70000\"," \
	"\"Uuid\":\"6690a46c-0edb-4663-a641-3629d1a90000\",\"ImageScanCapacity\":100," \
	"\"RepoRegionId\":\"cn-hangzhou\",\"RepoInstanceId\":\"cri-0gkaatghnmnt0000\"," \
	"\"RepoId\":\"crr-upze3gcopm9c0000\"},\"RequestId\":\"52870893-48A7-5A9E\"}"

/* What the transport expects of it, for the beginning of a struct exchange. */
#define FIXTURE_EXCHANGE \
	.method = "POST", .url = URL, .headers = fixture_sent, .not_headers = fixture_unsent, \
	.body = FORM_BEFORE_TOKEN TOKEN

extern const char *const fixture_sent[];
extern const char *const fixture_unsent[];

struct fixture {
	struct log *log;
	struct buf lines; /* of the log */
	struct http_transport *transport;
	struct scanreq_request *request;
	struct given_keys keys; /* what the chain is given; read when keys are needed */
	struct service_clock clock;
	struct submit_context context;
	struct scanreq_submission *submission;
	struct scanreq_error err;
};

/* Fills an all-zero fixture. The exchanges must outlive it. */
void fixture_start(struct fixture *fixture, const struct exchange *exchanges, size_t count);
void fixture_free(struct fixture *fixture);
#define CLEANUP_BENCH CLEANUP(fixture_free)

/* Sets the time and the nonce of the vectors. */
void fixture_fix(struct fixture *fixture);

int fixture_send(struct fixture *fixture);
int fixture_preview(struct fixture *fixture);

/* Borrowed; NULL when absent. */
const char *fixture_header(const struct fixture *fixture, const char *name);

/* Fails the test unless `part` is in `text`, or if it is. */
void assert_says(const char *text, const char *part);
void assert_silent(const char *text, const char *secret);

/* Fails the test if anything that can be shown has a secret in it. */
void assert_no_secrets(const struct fixture *fixture);

#endif
