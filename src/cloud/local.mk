noinst_LTLIBRARIES += libcloud.la
libcloud_la_SOURCES = \
	src/cloud/acr.c src/cloud/acr.h \
	src/cloud/acr-host.c src/cloud/acr-host.h \
	src/cloud/acr-login.c src/cloud/acr-login.h \
	src/cloud/aliyun-config.c src/cloud/aliyun-config.h \
	src/cloud/answer.c src/cloud/answer.h \
	src/cloud/answer-xml.c src/cloud/answer-xml.h \
	src/cloud/attempt.c src/cloud/attempt.h \
	src/cloud/call.c src/cloud/call.h \
	src/cloud/credential-chain.c src/cloud/credential-chain.h \
	src/cloud/credentials.c src/cloud/credentials.h \
	src/cloud/doctor.c src/cloud/doctor.h \
	src/cloud/endpoint.c src/cloud/endpoint.h \
	src/cloud/external.c src/cloud/external.h \
	src/cloud/image-update.c src/cloud/image-update.h \
	src/cloud/odd-value.c src/cloud/odd-value.h \
	src/cloud/preview.c src/cloud/preview.h \
	src/cloud/profile.c src/cloud/profile.h \
	src/cloud/provider.h \
	src/cloud/provider-aliyun.c \
	src/cloud/provider-ini.c \
	src/cloud/provider-metadata.c \
	src/cloud/provider-oidc.c \
	src/cloud/provider-static.c \
	src/cloud/provider-uri.c \
	src/cloud/query.c src/cloud/query.h \
	src/cloud/scan-request.c src/cloud/scan-request.h \
	src/cloud/service-clock.c src/cloud/service-clock.h \
	src/cloud/session.c src/cloud/session.h \
	src/cloud/signature.c src/cloud/signature.h \
	src/cloud/sts.c src/cloud/sts.h \
	src/cloud/submission.c src/cloud/submission.h \
	src/cloud/submit.c src/cloud/submit.h \
	src/cloud/task.c src/cloud/task.h \
	src/cloud/verdict.c \
	src/cloud/wait.c src/cloud/wait.h
