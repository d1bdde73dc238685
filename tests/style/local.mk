# make check-style: format, static analysis, and the rules of dependency.
EXTRA_DIST += .clang-tidy tests/style

style_cppflags = $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(kinamo_dovecot_cppflags) \
	$(SASL_CFLAGS) $(CHECK_CFLAGS) $(CURL_CFLAGS)

check-style: libkinamo-core.la
	@export CC='$(CC)' NM='$(NM)' STYLE_CORE=.libs/libkinamo-core.a STYLE_SOURCES='$(SOURCES)' \
		STYLE_CPPFLAGS='$(style_cppflags)'; $(top_srcdir)/tests/style/run $(top_srcdir)
.PHONY: check-style
