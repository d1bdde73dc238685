# The live tests run against what "make install" installs, laid over /usr in a namespace of theirs.
kinamo_stage = $(abs_top_builddir)/stage

check_LIBRARIES = tests/live/liblive.a
tests_live_liblive_a_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS) $(CURL_CFLAGS) $(OPENSSL_CFLAGS)
tests_live_liblive_a_SOURCES = \
	tests/live/fixture/dovecot.c \
	tests/live/fixture/fetch.c \
	tests/live/fixture/files.c \
	tests/live/fixture/instruments.c \
	tests/live/fixture/live.c \
	tests/live/fixture/live.h \
	tests/live/fixture/log.c \
	tests/live/fixture/parts.h \
	tests/live/fixture/postfix.c \
	tests/live/fixture/reference.c \
	tests/live/fixture/process.c \
	tests/live/fixture/sandbox.c \
	tests/live/fixture/stores.c \
	tests/live/fixture/syslog.c \
	tests/live/fixture/talk.c \
	tests/live/fixture/talk.h \
	tests/live/fixture/tls.c \
	tests/live/fixture/valgrind.c

live_cflags = $(AM_CFLAGS) $(CHECK_CFLAGS) $(CURL_CFLAGS) $(OPENSSL_CFLAGS)
live_ldadd = tests/live/liblive.a $(CHECK_LIBS) $(CURL_LIBS) $(OPENSSL_LIBS)

check_PROGRAMS += tests/live/live
TESTS += $(live_suites) tests/live/killed.sh tests/live/listed.sh
EXTRA_DIST += tests/live/killed.sh tests/live/listed.sh tests/live/one-suite.sh tests/live/run-suites.sh

# Each suite is a test of "make check" of its own, so that some run side by side (-j) and one that hangs
# costs its own time only.
live_suites = \
	tests/live/basics.live \
	tests/live/doveadm.live \
	tests/live/doveadm-expire.live \
	tests/live/doveadm-trouble.live \
	tests/live/metrics.live \
	tests/live/hosts.live \
	tests/live/hosts-cost.live \
	tests/live/quota-level.live \
	tests/live/quota-mail.live \
	tests/live/quota-imap.live \
	tests/live/quota-roads.live \
	tests/live/quota-race.live \
	tests/live/quota-fault.live \
	tests/live/quota-shared.live \
	tests/live/quota-wire.live \
	tests/live/pop3-removal.live \
	tests/live/settings.live \
	tests/live/settings-hostile.live \
	tests/live/stock.live \
	tests/live/pop3-maildrop.live \
	tests/live/pop3-mishaps.live \
	tests/live/pop3-notice.live \
	tests/live/pop3-policy.live \
	tests/live/pop3-destination.live \
	tests/live/master.live \
	tests/live/pop3-capa.live \
	tests/live/pop3-company.live \
	tests/live/pop3-ledger.live \
	tests/live/tls-clients.live \
	tests/live/tls-services.live \
	tests/live/tls-session.live \
	tests/live/tls-table.live \
	tests/live/tls-user.live \
	tests/live/sasl.live \
	tests/live/sasl-modules.live \
	tests/live/sasl-refusal.live \
	tests/live/sasl-service.live
LIVE_LOG_COMPILER = $(SHELL) $(srcdir)/tests/live/one-suite.sh
LIVE_LOG_DRIVER = $(LOG_DRIVER)
AM_LIVE_LOG_DRIVER_FLAGS = $(AM_LOG_DRIVER_FLAGS)
CLEANFILES += $(live_suites)

$(live_suites):
	@$(MKDIR_P) tests/live && : >$@

tests_live_live_CFLAGS = $(live_cflags)
tests_live_live_LDADD = libkinamo-core.la $(live_ldadd)
tests_live_live_SOURCES = \
	tests/live/doveadm.c \
	tests/live/doveadm.h \
	tests/live/hosts.c \
	tests/live/hosts.h \
	tests/live/main.c \
	tests/live/pop3-ledger.c \
	tests/live/pop3-ledger.h \
	tests/live/pop3-model.c \
	tests/live/pop3-model.h \
	tests/live/pop3.c \
	tests/live/pop3.h \
	tests/live/quota.c \
	tests/live/quota.h \
	tests/live/sasl.c \
	tests/live/sasl.h \
	tests/live/suites.h \
	tests/live/test-basics.c \
	tests/live/test-doveadm-expire.c \
	tests/live/test-doveadm-trouble.c \
	tests/live/test-doveadm.c \
	tests/live/test-master.c \
	tests/live/test-metrics.c \
	tests/live/test-hosts-cost.c \
	tests/live/test-hosts.c \
	tests/live/test-pop3-capa.c \
	tests/live/test-pop3-company.c \
	tests/live/test-pop3-destination.c \
	tests/live/test-pop3-ledger.c \
	tests/live/test-pop3-maildrop.c \
	tests/live/test-pop3-mishaps.c \
	tests/live/test-pop3-notice.c \
	tests/live/test-pop3-policy.c \
	tests/live/test-pop3-removal.c \
	tests/live/test-quota-fault.c \
	tests/live/test-quota-imap.c \
	tests/live/test-quota-level.c \
	tests/live/test-quota-mail.c \
	tests/live/test-quota-race.c \
	tests/live/test-quota-roads.c \
	tests/live/test-quota-shared.c \
	tests/live/test-quota-wire.c \
	tests/live/test-sasl.c \
	tests/live/test-sasl-modules.c \
	tests/live/test-sasl-refusal.c \
	tests/live/test-sasl-service.c \
	tests/live/test-settings.c \
	tests/live/test-settings-hostile.c \
	tests/live/test-stock.c \
	tests/live/test-tls-clients.c \
	tests/live/test-tls-services.c \
	tests/live/test-tls-session.c \
	tests/live/test-tls-table.c \
	tests/live/test-tls-user.c

check_DATA = stage

EXTRA_PROGRAMS = tests/live/demo/demo
tests_live_demo_demo_CFLAGS = $(live_cflags)
tests_live_demo_demo_LDADD = $(live_ldadd)
tests_live_demo_demo_SOURCES = \
	tests/live/demo/demo.c \
	tests/live/demo/demo.h \
	tests/live/demo/promises-incoming.c \
	tests/live/demo/promises-outgoing.c \
	tests/live/demo/promises-quota.c \
	tests/live/quota.c \
	tests/live/quota.h

demo: stage tests/live/demo/demo
	@tests/live/demo/demo
EXTRA_DIST += tests/live/fixture

# Always anew: what was installed from an older tree must not help a test.
stage: all
	@rm -rf $(kinamo_stage)
	@$(MAKE) -s install prefix=/usr DESTDIR=$(kinamo_stage) >$(kinamo_stage).log 2>&1 || \
	  { cat $(kinamo_stage).log; exit 1; }

clean-local:
	rm -rf $(kinamo_stage) $(kinamo_stage).log
