# The bench: "make bench" runs all parts, "make bench PARTS='pop3 tls'" some. BENCHMARKS.md has figures.
check_PROGRAMS += tests/bench/bench
TESTS += tests/bench/smoke.sh
EXTRA_DIST += tests/bench/smoke.sh
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
	tests/bench/part-tls.c \
	tests/bench/parts.h \
	tests/bench/statistics.c \
	tests/bench/statistics.h \
	tests/bench/users.c \
	tests/live/pop3.c \
	tests/live/pop3.h

bench: stage tests/bench/bench
	@tests/bench/bench $(PARTS)
