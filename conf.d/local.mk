# Ready to link, never installed under /etc: installing must not change a running server. The whole
# folder is installed as it is, but for the path below which it lies, so that a new file cannot be
# forgotten here.
EXTRA_DIST += conf.d

kinamo_confdir = $(datadir)/kinamo-policy/conf.d

install-data-local:
	cd $(srcdir)/conf.d && find . -type f ! -name '*.mk' | while read -r file; do \
	  $(MKDIR_P) "$(DESTDIR)$(kinamo_confdir)/$${file%/*}" && \
	  $(INSTALL_DATA) "$$file" "$(DESTDIR)$(kinamo_confdir)/$$file" && \
	  sed -i 's|/usr/share/kinamo-policy/conf.d|$(kinamo_confdir)|g' \
	    "$(DESTDIR)$(kinamo_confdir)/$$file" || exit 1; \
	done

uninstall-local:
	rm -rf "$(DESTDIR)$(kinamo_confdir)"
