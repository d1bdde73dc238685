# The SASL module's mechanisms, driven as libsasl2 does, against a scripted auth service.
check_PROGRAMS += tests/unit/unit-sasl
TESTS += tests/unit/unit-sasl
tests_unit_unit_sasl_CPPFLAGS = $(AM_CPPFLAGS) $(SASL_CFLAGS)
tests_unit_unit_sasl_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_unit_sasl_LDADD = libkinamo-core.la $(CHECK_LIBS)
tests_unit_unit_sasl_SOURCES = \
	$(kinamo_sasl_sources) \
	tests/unit/auth-server.c \
	tests/unit/auth-server.h \
	tests/unit/main-sasl.c \
	tests/unit/sasl-host.c \
	tests/unit/sasl-host.h \
	tests/unit/test-sasl-policy.c \
	tests/unit/test-sasl-relay.c \
	tests/unit/test-sasl-secrets.c \
	tests/unit/test-sasl-throttle.c \
	tests/unit/unit-sasl.h
