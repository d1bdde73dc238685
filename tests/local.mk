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

.PHONY: bench check-asan check-valgrind demo fault stage
