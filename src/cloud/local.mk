noinst_LTLIBRARIES += libcloud.la
libcloud_la_SOURCES = \
	src/cloud/answer.c src/cloud/answer.h \
	src/cloud/call.c src/cloud/call.h \
	src/cloud/credential-chain.c src/cloud/credential-chain.h \
	src/cloud/credentials.c src/cloud/credentials.h \
	src/cloud/endpoint.c src/cloud/endpoint.h \
	src/cloud/preview.c src/cloud/preview.h \
	src/cloud/provider.h \
	src/cloud/provider-static.c \
	src/cloud/scan-request.c src/cloud/scan-request.h \
	src/cloud/signature.c src/cloud/signature.h \
	src/cloud/submit.c src/cloud/submit.h \
	src/cloud/verdict.c
