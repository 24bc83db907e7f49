noinst_LTLIBRARIES += libcloud.la
libcloud_la_SOURCES = \
	src/cloud/acr/acr.c src/cloud/acr/acr.h \
	src/cloud/acr/host.c src/cloud/acr/host.h \
	src/cloud/acr/login.c src/cloud/acr/login.h \
	src/cloud/findings/findings.c src/cloud/findings/findings.h \
	src/cloud/findings/gate.c src/cloud/findings/gate.h \
	src/cloud/findings/judge.c \
	src/cloud/findings/observe.c src/cloud/findings/observe.h \
	src/cloud/findings/pages.c src/cloud/findings/pages.h \
	src/cloud/findings/records.c src/cloud/findings/records.h \
	src/cloud/findings/state.h \
	src/cloud/keys/aliyun-config.c src/cloud/keys/aliyun-config.h \
	src/cloud/keys/aliyun.c \
	src/cloud/keys/chain.c src/cloud/keys/chain.h \
	src/cloud/keys/external.c src/cloud/keys/external.h \
	src/cloud/keys/ini.c \
	src/cloud/keys/metadata.c \
	src/cloud/keys/oidc.c \
	src/cloud/keys/profile.c src/cloud/keys/profile.h \
	src/cloud/keys/provider.h \
	src/cloud/keys/session.c src/cloud/keys/session.h \
	src/cloud/keys/static.c \
	src/cloud/keys/sts.c src/cloud/keys/sts.h \
	src/cloud/keys/uri.c \
	src/cloud/rpc/answer-xml.c src/cloud/rpc/answer-xml.h \
	src/cloud/rpc/answer.c src/cloud/rpc/answer.h \
	src/cloud/rpc/call.c src/cloud/rpc/call.h \
	src/cloud/rpc/clock.c src/cloud/rpc/clock.h \
	src/cloud/rpc/credentials.c src/cloud/rpc/credentials.h \
	src/cloud/rpc/endpoint.c src/cloud/rpc/endpoint.h \
	src/cloud/rpc/signature.c src/cloud/rpc/signature.h \
	src/cloud/rpc/verdict.c \
	src/cloud/scan/attempt.c src/cloud/scan/attempt.h \
	src/cloud/scan/context.h \
	src/cloud/scan/doctor.c src/cloud/scan/doctor.h \
	src/cloud/scan/image-update.c src/cloud/scan/image-update.h \
	src/cloud/scan/odd-value.c src/cloud/scan/odd-value.h \
	src/cloud/scan/preview.c src/cloud/scan/preview.h \
	src/cloud/scan/query.c src/cloud/scan/query.h \
	src/cloud/scan/request.c src/cloud/scan/request.h \
	src/cloud/scan/submission.c src/cloud/scan/submission.h \
	src/cloud/scan/submit.c src/cloud/scan/submit.h \
	src/cloud/scan/task.c src/cloud/scan/task.h \
	src/cloud/scan/wait.c src/cloud/scan/wait.h
