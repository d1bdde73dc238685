# make fuzz: libFuzzer with ASan and UBSan over the code that reads what others wrote, each target for
# FUZZ_SECONDS. FUZZ="pop3-command ..." chooses targets. A new input that finds something is left in
# fuzz/ in the build directory.
FUZZ_SECONDS = 10
FUZZ_CC = clang
fuzz_targets = address auth-reply base64 message networks notice-state pop3-command quota-level \
	sasl-message sasl-step settings template throttle
fuzz_flags = -g -O1 -std=gnu17 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
# What a target needs besides the core.
fuzz_sources_auth_reply = $(srcdir)/plugin/sasl/auth-line.c
fuzz_sources_sasl_step = $(addprefix $(srcdir)/,$(filter %.c,$(kinamo_sasl_sources)) tests/unit/sasl-host.c) \
	$(CHECK_CFLAGS)

fuzz/%: FORCE
	@$(MKDIR_P) fuzz
	@$(FUZZ_CC) $(fuzz_flags) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(SASL_CFLAGS) -o $@ \
		$(srcdir)/tests/fuzz/fuzz-$*.c $(addprefix $(srcdir)/,$(filter %.c,$(libkinamo_core_la_SOURCES))) \
		$(fuzz_sources_$(subst -,_,$*))
FORCE:

fuzz:
	@passed=0; failed=0; \
	for target in $${FUZZ:-$(fuzz_targets)}; do \
		if $(MAKE) -s fuzz/$$target && \
			$(srcdir)/tests/fuzz/run fuzz/$$target $(srcdir)/tests/fuzz/corpus/$$target $(FUZZ_SECONDS); \
		then passed=`expr $$passed + 1`; else failed=`expr $$failed + 1`; fi; \
	done; \
	echo "$$passed passed, $$failed failed"; test $$failed -eq 0 && test $$passed -gt 0

EXTRA_DIST += tests/fuzz
clean-fuzz:
	rm -rf fuzz
.PHONY: FORCE clean-fuzz fuzz
