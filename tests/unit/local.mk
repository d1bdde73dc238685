check_PROGRAMS += tests/unit/unit
TESTS += tests/unit/unit
tests_unit_unit_CPPFLAGS = $(AM_CPPFLAGS) -DKINAMO_SRCDIR='"$(abs_top_srcdir)"'
tests_unit_unit_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_unit_LDADD = libkinamo-core.la $(CHECK_LIBS) -lm
tests_unit_unit_SOURCES = \
	tests/bench/statistics.c \
	tests/bench/statistics.h \
	tests/unit/main.c \
	tests/unit/test-address.c \
	tests/unit/test-base64.c \
	tests/unit/test-kinds.c \
	tests/unit/test-login-guard.c \
	tests/unit/test-message.c \
	tests/unit/test-networks.c \
	tests/unit/test-notice-state.c \
	tests/unit/test-pop3-acknowledged.c \
	tests/unit/test-pop3-capa.c \
	tests/unit/test-pop3-command.c \
	tests/unit/test-pop3-retention.c \
	tests/unit/test-quota-level.c \
	tests/unit/test-record.c \
	tests/unit/test-sasl-message.c \
	tests/unit/test-settings.c \
	tests/unit/test-statistics.c \
	tests/unit/test-template.c \
	tests/unit/test-throttle.c \
	tests/unit/test-tls-policy.c \
	tests/unit/test-utf8.c \
	tests/unit/unit.h
