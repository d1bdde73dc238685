# "make check-road" follows the README's road in a fresh chroot, as root and with the Debian mirror.
EXTRA_DIST += tests/chroot tests/road

check-road:
	@timeout --kill-after=10 1800 $(top_srcdir)/tests/road/run

.PHONY: check-road
