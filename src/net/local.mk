noinst_LTLIBRARIES += libnet.la
libnet_la_SOURCES = \
	src/net/address.c src/net/address.h \
	src/net/error-body.c src/net/error-body.h \
	src/net/pace.c src/net/pace.h \
	src/net/http-curl.c src/net/http-curl.h \
	src/net/http-failure.c src/net/http-failure.h \
	src/net/http-options.c src/net/http-options.h \
	src/net/http-transfer.c src/net/http-transfer.h \
	src/net/http.c src/net/http.h \
	src/net/proxy.c src/net/proxy.h \
	src/net/rate-limit.c src/net/rate-limit.h \
	src/net/retry.c src/net/retry.h \
	src/net/spoken.c src/net/spoken.h \
	src/net/tls-hosts.c src/net/tls-hosts.h \
	src/net/trust.c src/net/trust.h \
	src/net/url.c src/net/url.h
libnet_la_LIBADD = $(CURL_LIBS)
