# make check-style: format, static analysis, and the rules of dependency.
EXTRA_DIST += .clang-tidy tests/.clang-tidy tests/style

# Preprocessor flags under which every C file of this configuration compiles.
style_cppflags = $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(kinamo_dovecot_cppflags) \
	$(tests_live_liblive_a_CPPFLAGS) $(tests_unit_unit_CPPFLAGS) $(tests_bench_bench_CPPFLAGS) \
	$(tests_fault_fault_CPPFLAGS) $(SASL_CFLAGS) $(CHECK_CFLAGS) $(CURL_CFLAGS) $(OPENSSL_CFLAGS)

check-style: libkinamo-core.la
	@printf '%s\n' $(style_cppflags) -std=gnu17 >compile_flags.txt
	@export CC='$(CC)' NM='$(NM)' STYLE_CORE=.libs/libkinamo-core.a STYLE_SOURCES='$(SOURCES)'; \
		$(top_srcdir)/tests/style/run $(top_srcdir)
CLEANFILES += compile_flags.txt
.PHONY: check-style
