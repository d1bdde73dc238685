# make fuzz: libFuzzer with ASan and UBSan over the code that reads what others wrote, each target for
# FUZZ_SECONDS. FUZZ="pop3-command ..." chooses targets. A new input that finds something is left in
# fuzz/ in the build directory.
FUZZ_SECONDS = 10
FUZZ_CC = clang
fuzz_targets = address auth-reply base64 message networks notice-state pop3-command quota-level \
	sasl-message settings template throttle
fuzz_flags = -g -O1 -std=gnu17 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

fuzz:
	@$(MKDIR_P) fuzz; passed=0; failed=0; \
	for target in $${FUZZ:-$(fuzz_targets)}; do \
		if $(FUZZ_CC) $(fuzz_flags) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(SASL_CFLAGS) \
			-o fuzz/$$target $(srcdir)/tests/fuzz/fuzz-$$target.c \
			$(addprefix $(srcdir)/,$(filter %.c,$(libkinamo_core_la_SOURCES))) \
			$(srcdir)/plugin/sasl/auth-line.c && \
			$(srcdir)/tests/fuzz/run fuzz/$$target $(srcdir)/tests/fuzz/corpus/$$target $(FUZZ_SECONDS); \
		then passed=`expr $$passed + 1`; else failed=`expr $$failed + 1`; fi; \
	done; \
	echo "$$passed passed, $$failed failed"; test $$failed -eq 0 && test $$passed -gt 0

EXTRA_DIST += tests/fuzz
clean-fuzz:
	rm -rf fuzz
.PHONY: clean-fuzz fuzz
