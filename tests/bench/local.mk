# The bench: "make bench" runs all parts, "make bench PARTS='pop3 tls'" some. BENCHMARKS.md has figures.
check_PROGRAMS += tests/bench/bench
TESTS += tests/bench/smoke.sh
EXTRA_DIST += tests/bench/smoke.sh
tests_bench_bench_CPPFLAGS = $(AM_CPPFLAGS) -DKINAMO_BUILDDIR='"$(abs_top_builddir)"'
tests_bench_bench_CFLAGS = $(live_cflags)
tests_bench_bench_LDADD = $(live_ldadd) -lm
tests_bench_bench_SOURCES = \
	tests/bench/bench.c \
	tests/bench/bench.h \
	tests/bench/clients.c \
	tests/bench/compare.c \
	tests/bench/config.h \
	tests/bench/cpu.c \
	tests/bench/part-memory.c \
	tests/bench/part-mixed.c \
	tests/bench/part-pop3.c \
	tests/bench/part-quota.c \
	tests/bench/part-sasl.c \
	tests/bench/part-sasl-failure.c \
	tests/bench/part-sasl-process.c \
	tests/bench/part-tls.c \
	tests/bench/parts.h \
	tests/bench/sasl-session.c \
	tests/bench/sasl-session.h \
	tests/bench/statistics.c \
	tests/bench/statistics.h \
	tests/bench/users.c \
	tests/live/pop3.c \
	tests/live/pop3.h \
	tests/live/quota.c \
	tests/live/quota.h \
	tests/live/sasl.c \
	tests/live/sasl.h

if WITH_SASL
sasl_loop = tests/bench/sasl-loop
check_PROGRAMS += $(sasl_loop)
tests_bench_sasl_loop_CFLAGS = $(AM_CFLAGS) $(SASL_CFLAGS)
tests_bench_sasl_loop_LDADD = $(SASL_LIBS)
tests_bench_sasl_loop_SOURCES = tests/bench/sasl-loop.c
endif

bench: stage tests/bench/bench $(sasl_loop)
	@tests/bench/bench $(PARTS)
