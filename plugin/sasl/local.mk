# The Cyrus SASL module for Postfix. It exports its entry point and nothing else.
saslmoddir = $(sasl_plugindir)
saslmod_LTLIBRARIES = libkinamo.la

# What is in the module, also for the unit tests that drive it.
kinamo_sasl_sources = \
	plugin/sasl/auth-line.c \
	plugin/sasl/auth-line.h \
	plugin/sasl/exchange.c \
	plugin/sasl/exchange.h \
	plugin/sasl/kinamo-sasl-plugin.c \
	plugin/sasl/line-stream.c \
	plugin/sasl/line-stream.h \
	plugin/sasl/mechanisms.c \
	plugin/sasl/mechanisms.h \
	plugin/sasl/relay.c \
	plugin/sasl/relay.h \
	plugin/sasl/sasl-log.h \
	plugin/sasl/sasl-module.c \
	plugin/sasl/sasl-module.h \
	plugin/sasl/throttle-file.c \
	plugin/sasl/throttle-file.h

libkinamo_la_CPPFLAGS = $(AM_CPPFLAGS) $(SASL_CFLAGS)
libkinamo_la_LDFLAGS = -module -avoid-version -shared -export-symbols-regex '^sasl_server_plug_init$$' \
	-Wl,-z,relro -Wl,-z,now -Wl,-z,defs
libkinamo_la_LIBADD = libkinamo-core.la
libkinamo_la_SOURCES = $(kinamo_sasl_sources) plugin/sasl/sasl-log.c

# libsasl2 loads what a .la file names, too.
install-data-hook:
	rm -f "$(DESTDIR)$(saslmoddir)/libkinamo.la"
