# Debian packages. "make deb" leaves them in deb/ of the build directory; "make check-deb" builds and
# tries them in a fresh chroot, as root and with the Debian mirror.
EXTRA_DIST += \
	debian/changelog \
	debian/control \
	debian/copyright \
	debian/dovecot-kinamo-policy.install \
	debian/dovecot-kinamo-policy.lintian-overrides \
	debian/dovecot-kinamo-policy.prerm \
	debian/kinamo-policy-common.docs \
	debian/kinamo-policy-common.install \
	debian/kinamo-policy-common.prerm \
	debian/libsasl2-module-kinamo.install \
	debian/libsasl2-module-kinamo.prerm \
	debian/not-installed \
	debian/rules \
	debian/source/format \
	tests/package

deb:
	rm -rf deb && $(MKDIR_P) deb
	$(MAKE) distdir distdir=deb/$(PACKAGE)-$(VERSION)
	cd deb/$(PACKAGE)-$(VERSION) && dpkg-buildpackage -b -us -uc
	@ls deb/*.deb

check-deb:
	@timeout --kill-after=10 1800 $(top_srcdir)/tests/package/run

.PHONY: check-deb deb
