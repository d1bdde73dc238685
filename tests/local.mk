# How tests run. Programs write TAP, so that each test counts and a crash is a failure; run one by
# hand and Check's usual words appear. A script (.sh) is one test: exit status 0, or 77 to skip.
TEST_EXTENSIONS = .sh .live
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
AM_LOG_DRIVER_FLAGS = --merge
AM_TESTS_ENVIRONMENT = CK_TAP_LOG_FILE_NAME=-; CK_VERBOSITY=silent; \
	export CK_TAP_LOG_FILE_NAME CK_VERBOSITY;
EXTRA_DIST += tests/count

# make check-asan: the unit tests with ASan and UBSan, in a build directory of their own.
check-asan:
	@$(MKDIR_P) asan
	@cd asan && { test -f config.status || \
		$(abs_top_srcdir)/configure -q --enable-sanitizers --without-dovecot; }
	@cd asan && UBSAN_OPTIONS=print_stacktrace=1 $(MAKE) -s check \
		TESTS='$(filter tests/unit/%,$(check_PROGRAMS))'

# make check-valgrind: the unit tests under valgrind; any error or lost block fails.
check-valgrind: $(check_PROGRAMS)
	@passed=0; failed=0; \
	for test in $(check_PROGRAMS); do \
		case $$test in tests/unit/*) ;; *) continue;; esac; \
		if CK_FORK=no $(LIBTOOL) --mode=execute $(VALGRIND) -q --error-exitcode=1 \
			--leak-check=full --errors-for-leak-kinds=definite,indirect ./$$test; \
		then passed=`expr $$passed + 1`; else failed=`expr $$failed + 1`; fi; \
	done; \
	echo "$$passed passed, $$failed failed"; \
	test $$failed -eq 0 && test $$passed -gt 0

# make check-live-asan, coverage: the live tests, all or those of SUITES, with the plugins and the SASL
# module built with ASan and UBSan, or with counts of the lines that ran in the servers.
# make check-live-valgrind: the programs that load something of ours under valgrind, each with the suites
# that are about it; SUITES replaces the longest list.
run_suites = $(SHELL) $(top_srcdir)/tests/live/run-suites.sh

check-live-asan: stage $(check_PROGRAMS)
	@$(MKDIR_P) asan-live
	@cd asan-live && { test -f config.status || \
		$(abs_top_srcdir)/configure -q --enable-sanitizers --with-dovecot --with-sasl; }
	@$(MAKE) -s -C asan-live all && $(MAKE) -s -C asan-live install DESTDIR=$(abs_builddir)/asan-live/stage \
		prefix=/usr >asan-live/install.log 2>&1
	@LIVE_STAGE=$(abs_builddir)/asan-live/stage \
	LIVE_ENVIRONMENT="LD_PRELOAD=`$(CC) -print-file-name=libasan.so` \
		ASAN_OPTIONS=$(live_asan_options) UBSAN_OPTIONS=print_stacktrace=1" $(run_suites) $(SUITES)
# Leaks are valgrind's; the core is in several plugins.
live_asan_options = log_path=/mnt/log/asan:detect_leaks=0:detect_odr_violation=0:abort_on_error=1

check-live-valgrind: stage $(check_PROGRAMS)
	@LIVE_VALGRIND='dovecot-lda imap lmtp pop3 smtpd' $(run_suites) $(or $(SUITES),$(valgrind_suites))
	@LIVE_VALGRIND=doveadm $(run_suites) doveadm doveadm-trouble
	@LIVE_VALGRIND='imap-login pop3-login' $(run_suites) tls-session
valgrind_suites = basics metrics pop3-capa pop3-destination pop3-mishaps pop3-policy pop3-removal \
	quota-fault quota-imap quota-level quota-mail quota-roads quota-shared sasl sasl-refusal sasl-service

coverage: stage $(check_PROGRAMS)
	@$(MKDIR_P) coverage
	@cd coverage && { test -f config.status || $(abs_top_srcdir)/configure -q --with-dovecot --with-sasl \
		CFLAGS='-O0 -g --coverage' LIBS=-lgcov; }
	@$(MAKE) -s -C coverage all && $(MAKE) -s -C coverage install DESTDIR=$(abs_builddir)/coverage/stage \
		prefix=/usr >coverage/install.log 2>&1
	@find coverage \( -name '*.gcda' -o -name 'conftest.gcno' \) -exec rm -f {} +
	@LIVE_STAGE=$(abs_builddir)/coverage/stage LIVE_COVERAGE=$(abs_builddir)/coverage \
		$(run_suites) $(SUITES); echo $$? >coverage/suites
	@gcovr -r $(top_srcdir) --object-directory coverage -f '$(top_srcdir)/plugin/' --sort-uncovered \
		--txt coverage.txt coverage && cat coverage.txt
	@test `cat coverage/suites` = 0 || { echo "tests failed: the counts are of what ran" && false; }
.PHONY: check-live-asan check-live-valgrind coverage
.PHONY: bench check-asan check-valgrind demo fault stage
